/** Keeps the page up to date where scripts run: what is open, and where the keyboard is, stays. Without it: reload. */
export const script = `
const main = () => document.querySelector('main');
async function page(path) {
  const answer = await fetch(path, { headers: { accept: 'text/html' } });
  if (!answer.ok) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
}
async function fill(one) {
  if (!one.open || !one.dataset.from) return;
  const whole = (await page(one.dataset.from)).querySelector('.inside');
  one.querySelector('.inside').replaceChildren(...whole.childNodes);
}
async function refresh() {
  if (document.hidden) return;
  try {
    const next = await page(location.pathname);
    const opened = [];
    for (const one of next.querySelectorAll('details')) {
      const old = document.getElementById(one.id);
      if (!old) continue;
      one.open = old.open;
      if (!one.open || !one.dataset.from) continue;
      opened.push(one);
      one.querySelector('.inside').replaceChildren(...[...old.querySelector('.inside').childNodes].map((part) => part.cloneNode(true)));
    }
    const focused = document.activeElement?.closest('details')?.id;
    const selection = getSelection();
    if (selection && !selection.isCollapsed) return;
    main().replaceWith(next);
    if (focused) document.getElementById(focused)?.querySelector('summary').focus({ preventScroll: true });
    await Promise.all(opened.map(fill));
  } catch {
    document.getElementById('live').textContent = 'no answer: is it still running?';
  }
}
document.addEventListener('toggle', ({ target }) => fill(target).catch(() => {}), true);
setInterval(refresh, 2000);
`;
