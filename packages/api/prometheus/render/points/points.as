// AssemblyScript; `node generate.mjs` compiles it into points-wasm.ts.
//
// Shortest decimal digits of a float64: Schubfach, as described in Raffaello Giulietti, "The Schubfach way to render doubles" (2020).
// Below, g(k) is 10^k scaled to [2^127, 2^128) and rounded up; the table of it starts at address 0, 16 bytes each (high word, low word),
// from k = -292 to k = 324. Points are laid out as JSON: `,[<time>,"<value>"]`.

const MIN_POWER: i32 = -292;
// 617 powers of 16 bytes end at 9872.
const DIGITS: usize = 9984;

@inline
function mulHigh(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const p01 = a0 * b1;
  const p10 = a1 * b0;
  const middle = ((a0 * b0) >> 32) + (p01 & 0xffffffff) + (p10 & 0xffffffff);
  return a1 * b1 + (p01 >> 32) + (p10 >> 32) + (middle >> 32);
}

@inline
function roundToOdd(high: u64, low: u64, cp: u64): u64 {
  const carryFrom = high * cp;
  const sum = carryFrom + mulHigh(low, cp);
  const top = mulHigh(high, cp) + (sum < carryFrom ? 1 : 0);
  return top | (sum > 1 ? 1 : 0);
}

let decimal: u64 = 0;
let exponent: i32 = 0;

// Sets `decimal` and `exponent` so that decimal * 10^exponent is the shortest (then nearest) of the numbers that read back as the float.
function shortest(bits: u64): void {
  const significand = bits & 0xfffffffffffff;
  const biased = <i32>((bits >> 52) & 0x7ff);
  let c = significand;
  let q = -1074;
  if (biased != 0) {
    c |= 0x10000000000000;
    q = biased - 1075;
    if (q <= 0 && -q < 53 && (c & ((<u64>1 << <u64>-q) - 1)) == 0) {
      decimal = c >> <u64>-q;
      exponent = 0;
      return;
    }
  }
  const odd = c & 1;
  const closer: u64 = significand == 0 && biased > 1 ? 1 : 0;
  const k = (q * 1262611 - (closer ? 524031 : 0)) >> 22;
  const h = <u64>(q + ((-k * 1741647) >> 19) + 1);
  const power = <usize>((-k - MIN_POWER) << 4);
  const high = load<u64>(power);
  const low = load<u64>(power, 8);
  const lower = roundToOdd(high, low, (4 * c - 2 + closer) << h) + odd;
  const middle = roundToOdd(high, low, (4 * c) << h);
  const upper = roundToOdd(high, low, (4 * c + 2) << h) - odd;
  const s = middle >> 2;
  if (s >= 10) {
    const sp = s / 10;
    const below = lower <= 40 * sp;
    const above = 40 * sp + 40 <= upper;
    if (below != above) {
      decimal = sp + (above ? 1 : 0);
      exponent = k + 1;
      return;
    }
  }
  const below = lower <= 4 * s;
  const above = 4 * s + 4 <= upper;
  exponent = k;
  if (below != above) {
    decimal = s + (above ? 1 : 0);
    return;
  }
  const half = 4 * s + 2;
  decimal = s + (middle > half || (middle == half && (s & 1) != 0) ? 1 : 0);
}

// Writes the digits without trailing zeros to DIGITS and corrects `exponent`; returns how many.
function digitsOf(): i32 {
  let rest = decimal;
  while (rest % 100000000 == 0) {
    rest /= 100000000;
    exponent += 8;
  }
  while (rest % 10 == 0) {
    rest /= 10;
    exponent++;
  }
  let count = 1;
  for (let bound: u64 = 10; count < 20 && rest >= bound; bound *= 10) count++;
  let at = DIGITS + count;
  // Two halves, so that most divisions are of 32 bits.
  if (rest >= 1000000000) {
    let part = <u32>(rest % 1000000000);
    rest /= 1000000000;
    for (let i = 0; i < 9; i++) {
      store<u8>(--at, <u8>(48 + (part % 10)));
      part /= 10;
    }
  }
  let part = <u32>rest;
  do {
    store<u8>(--at, <u8>(48 + (part % 10)));
    part /= 10;
  } while (part != 0);
  return count;
}

// Copies whole words and up to 23 bytes too many, which what follows overwrites.
@inline
function copy(to: usize, from: usize, length: i32): usize {
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
  store<u64>(to, load<u64>(from, 16), 16);
  for (let i = 24; i < length; i += 8) store<u64>(to + i, load<u64>(from + i));
  return to + length;
}

@inline
function zeros(to: usize, count: i32): usize {
  for (let i = 0; i < count; i++) store<u8>(to + i, 48);
  return to + count;
}

function special(at: usize, first: u8, second: u8, third: u8): usize {
  store<u8>(at, first);
  store<u8>(at, second, 1);
  store<u8>(at, third, 2);
  return at + 3;
}

function writeFloat(value: f64, start: usize): usize {
  let at = start;
  const bits = reinterpret<u64>(value);
  if (value != value) return special(at, 78, 97, 78);
  if (<i64>bits < 0) store<u8>(at++, 45);
  if ((bits & 0x7fffffffffffffff) == 0) {
    store<u8>(at++, 48);
    return at;
  }
  if ((bits & 0x7fffffffffffffff) == 0x7ff0000000000000) {
    if (<i64>bits > 0) store<u8>(at++, 43);
    return special(at, 73, 110, 102);
  }
  shortest(bits);
  const count = digitsOf();
  const point = count + exponent;
  if (point > 21 || point < -5) return scientific(at, count, point - 1);
  if (point <= 0) {
    store<u16>(at, 0x2e30);
    at = zeros(at + 2, -point);
    return copy(at, DIGITS, count);
  }
  if (count <= point) return zeros(copy(at, DIGITS, count), point - count);
  at = copy(at, DIGITS, point);
  store<u8>(at++, 46);
  return copy(at, DIGITS + point, count - point);
}

function scientific(start: usize, count: i32, power: i32): usize {
  let at = copy(start, DIGITS, 1);
  if (count > 1) {
    store<u8>(at++, 46);
    at = copy(at, DIGITS + 1, count - 1);
  }
  store<u8>(at++, 101);
  store<u8>(at++, power < 0 ? 45 : 43);
  const size = power < 0 ? -power : power;
  if (size >= 100) store<u8>(at++, <u8>(48 + size / 100));
  store<u8>(at++, <u8>(48 + ((size / 10) % 10)));
  store<u8>(at++, <u8>(48 + (size % 10)));
  return at;
}

// For each of `steps` with present != 0: the time's prefix, the value, `"]`. Returns the end of what was written.
// `offsets` holds steps + 1 addresses of u32: where the prefixes begin and the last one ends.
export function writePoints(steps: i32, values: usize, present: usize, offsets: usize, out: usize): usize {
  let at = out;
  for (let i = 0; i < steps; i++) {
    if (load<u8>(present + i) == 0) continue;
    const from = <usize>load<u32>(offsets + (<usize>i << 2));
    const to = <usize>load<u32>(offsets + (<usize>i << 2), 4);
    at = copy(at, from, <i32>(to - from));
    at = writeFloat(load<f64>(values + (<usize>i << 3)), at);
    store<u16>(at, 0x5d22);
    at += 2;
  }
  return at;
}
