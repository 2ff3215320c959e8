/**
 * The signature of MariaDB's client_ed25519: Ed25519 (RFC 8032) whose secret scalar comes from the password itself, of
 * any length, where the RFC has 32 random bytes. Slow and not safe against timing: for tests.
 */
import { createHash } from 'node:crypto';

const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (a: bigint, m = p): bigint => ((a % m) + m) % m;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), left = exponent; left > 0n; left >>= 1n, square = mod(square * square)) {
    if (left & 1n) result = mod(result * square);
  }
  return result;
}
const invert = (a: bigint): bigint => power(a, p - 2n);

/** Extended coordinates. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const d = mod(-121665n * invert(121666n));
const baseY = mod(4n * invert(5n));
const baseX = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const base: Point = [baseX, baseY, 1n, mod(baseX * baseY)];

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * d);
  const e = mod(2n * z1 * z2);
  const [f, g, h, i] = [b - a, e - c, e + c, b + a];
  return [mod(f * g), mod(h * i), mod(g * h), mod(f * i)];
}

function multiply(point: Point, scalar: bigint): Point {
  let result: Point = [0n, 1n, 1n, 0n];
  for (let double = point, left = scalar; left > 0n; left >>= 1n, double = add(double, double)) {
    if (left & 1n) result = add(result, double);
  }
  return result;
}

function encode([x, y, z]: Point): Buffer {
  const inverse = invert(z);
  const bytes = little(mod(y * inverse));
  if (mod(x * inverse) & 1n) bytes[31] = (bytes[31] as number) | 0x80;
  return bytes;
}

function little(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
}

const numberOf = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const sha512 = (...parts: Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest();

/** 64 bytes that prove the password for the given random ones. */
export function sign(password: string, random: Uint8Array): Buffer {
  const secret = sha512(Buffer.from(password));
  const clamped = Buffer.from(secret.subarray(0, 32));
  clamped[0] = (clamped[0] as number) & 248;
  clamped[31] = ((clamped[31] as number) & 63) | 64;
  const scalar = numberOf(clamped);
  const key = encode(multiply(base, scalar));
  const nonce = mod(numberOf(sha512(secret.subarray(32), random)), order);
  const point = encode(multiply(base, nonce));
  const challenge = mod(numberOf(sha512(point, key, random)), order);
  return Buffer.concat([point, little(mod(nonce + challenge * scalar, order))]);
}
