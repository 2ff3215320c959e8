/** Who provides which service, and who holds leases of it: three columns and the lines between them. */
import type { HostSnapshot } from '../../host/observe/snapshot.js';
import { type Html, html } from './html.js';

const height = 22;
const columns = { providers: 150, services: 185, users: 560 };
const width = 720;

interface Node {
  name: string;
  y: number;
}

/** A graph of more services than that is drawn when it is opened. */
const maxWhole = 60;

/** @param isOpened however many there are */
export function renderServices(snapshot: HostSnapshot, isOpened = false): Html {
  // The host's own are in every host: only those that somebody uses say anything.
  const services = snapshot.services.filter(
    ({ provider, users }) => provider !== 'mortise' || users.length > 0,
  );
  if (services.length === 0) return html`<p class="dim">No plugin provides or uses a service.</p>`;
  const heading = `${services.length} services, ${services.reduce((sum, { users }) => sum + users.length, 0)} leases`;
  const isWhole = isOpened || services.length <= maxWhole;
  return html`<details id="graph"${isWhole ? html` open` : html` data-from="/services"`}><summary>${heading}</summary><div class="inside">${isWhole ? graph(services) : html`<a href="/services">all of them</a>`}</div></details>`;
}

function graph(services: HostSnapshot['services']): Html {
  const byProvider = [...services].sort(
    (one, other) => compare(one.provider, other.provider) || compare(one.name, other.name),
  );
  const y = (index: number) => 14 + index * height;
  const middle = byProvider.map((service, index) => ({ ...service, y: y(index) }));
  const providers = placed(middle, ({ provider }) => [provider]);
  const users = placed(middle, ({ users }) => users);
  const total = 20 + Math.max(middle.length, providers.size, users.size) * height;
  const lines = middle.flatMap((service) => [
    line(columns.providers + 8, providers.get(service.provider), columns.services - 6, service.y),
    ...service.users.map((user) => line(columns.users - 8, users.get(user), columns.users - 175, service.y)),
  ]);
  const node =
    (x: number, anchor: string) =>
    ({ name, y }: Node) =>
      html`<text x="${x}" y="${y + 4}" text-anchor="${anchor}">${shortened(name)}<title>${name}</title></text>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="services and who uses them"><svg class="graph" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" role="img" aria-label="providers on the left, services in the middle, their users on the right">
<g class="edges">${lines}</g>
${[...providers.values()].map(node(columns.providers, 'end'))}
${middle.map(({ name, version, y }) => html`<text class="service" x="${columns.services}" y="${y + 4}">${shortened(name, 22)} <tspan class="dim">${version}</tspan><title>${name} ${version}</title></text>`)}
${[...users.values()].map(node(columns.users, 'start'))}
</svg></div>
<ul class="leases">${middle.map(({ name, version, provider, users }) => html`<li><b>${name}</b> ${version} <span class="dim">of</span> ${provider}${users.length > 0 && html` <span class="dim">used by</span> ${users.join(', ')}`}</li>`)}</ul>`;
}

/** Each at the middle of what it has lines to, and none on another. */
function placed(
  services: { provider: string; users: string[]; y: number }[],
  of: (service: { provider: string; users: string[] }) => string[],
): Map<string, Node> {
  const places = new Map<string, number[]>();
  for (const service of services)
    for (const name of of(service)) places.set(name, [...(places.get(name) ?? []), service.y]);
  let free = 14;
  const nodes = [...places]
    .map(([name, all]) => ({ name, y: all.reduce((sum, one) => sum + one, 0) / all.length }))
    .sort((one, other) => one.y - other.y)
    .map(({ name, y }) => {
      const place = Math.max(free, y);
      free = place + height;
      return [name, { name, y: place }] as const;
    });
  return new Map(nodes);
}

function line(x1: number, node: Node | undefined, x2: number, y2: number): Html | string {
  if (!node) return '';
  const bend = (x1 + x2) / 2;
  return html`<path d="M${x1} ${node.y.toFixed(0)}C${bend} ${node.y.toFixed(0)} ${bend} ${y2} ${x2} ${y2}"/>`;
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const shortened = (text: string, most = 20) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
