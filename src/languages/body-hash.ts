/**
 * The language-neutral half of putting a function body in normal form. A language walks its own tree once and feeds tokens; what comes
 * out is two hashes and a sketch. No text is built on the way: names arrive as 32-bit hashes of their characters.
 */

/** What a body comes down to; the fields are those of `FunctionFact`. */
export interface BodyDigest {
  bodyHash: string;
  shapeHash: string;
  sketch: string;
  statementCount: number;
}

/** Positions of a sketch. */
export const SKETCH_SIZE = 32;

/** Bodies of fewer statements have no sketch: there is too little in them to be alike by more than chance. */
export const SKETCH_MIN_STATEMENTS = 5;

/** Takes the tokens of one body after the other. `reset` before each; every hash given to it is an unsigned or signed 32-bit integer. */
export interface BodyHasher {
  reset(): void;
  /** Makes a name one of the body: from now on it is told from others by its order of first use and not by its text. */
  bind(name: number): void;
  /** Takes a name out again: `global x` in Python. */
  unbind(name: number): void;
  /** Starts a statement. */
  statement(): void;
  /** Structure or punctuation: what only the exact hashes see. */
  token(hash: number): void;
  /** An operator or keyword: also part of the sketch. */
  word(hash: number): void;
  /** A property, callee, keyword argument or type: a name that is kept as it is. */
  name(hash: number): void;
  /** A variable: renamed when it is bound, otherwise kept. Says whether it is bound. */
  variable(hash: number): boolean;
  literal(hash: number): void;
  digest(): BodyDigest;
}

const LOCAL = 0x51ed270b;
const LITERAL = 0x2545f491;
const SEED_A = 0x811c9dc5 | 0;
const SEED_B = 0x9747b28c | 0;
/** Added per step when an empty position borrows from its neighbour, so that a borrowed value never equals a native one by itself. */
const BORROW = 0x61c88647;

export function createBodyHasher(): BodyHasher {
  const order = new Map<number, number>();
  const minima = new Uint32Array(SKETCH_SIZE);
  const filled = new Uint8Array(SKETCH_SIZE);
  let used = 0;
  let statements = 0;
  let bodyA = SEED_A;
  let bodyB = SEED_B;
  let shapeA = SEED_A;
  let shapeB = SEED_B;
  let line = 0;
  let last = 0;
  let beforeLast = 0;

  const exact = (strict: number, blank: number): void => {
    bodyA = mix(bodyA, strict);
    bodyB = mixOther(bodyB, strict);
    shapeA = mix(shapeA, blank);
    shapeB = mixOther(shapeB, blank);
  };
  const feature = (value: number): void => {
    const hash = finish(value);
    const position = hash >>> 27;
    const rest = (hash << 5) >>> 0;
    if (filled[position] === 0 || rest < minima[position]!) {
      filled[position] = 1;
      minima[position] = rest;
    }
  };
  /** Adds a word to the statement and to the run of three words that ends in it. */
  const say = (hash: number): void => {
    line = mix(line, hash);
    feature(mix(mix(beforeLast, last), hash));
    beforeLast = last;
    last = hash;
  };
  const endStatement = (): void => {
    if (line !== 0) feature(line);
    line = 0;
  };

  return {
    reset() {
      order.clear();
      filled.fill(0);
      used = 0;
      statements = 0;
      bodyA = shapeA = SEED_A;
      bodyB = shapeB = SEED_B;
      line = last = beforeLast = 0;
    },
    bind(name) {
      if (!order.has(name)) order.set(name, -1);
    },
    unbind(name) {
      order.delete(name);
    },
    statement() {
      statements++;
      endStatement();
    },
    token(hash) {
      exact(hash, hash);
    },
    word(hash) {
      exact(hash, hash);
      say(hash);
    },
    name(hash) {
      exact(hash, hash);
      say(hash);
      feature(hash);
    },
    variable(hash) {
      let position = order.get(hash);
      if (position === undefined) {
        exact(hash, hash);
        say(hash);
        return false;
      }
      if (position < 0) {
        position = used++;
        order.set(hash, position);
      }
      const token = LOCAL + Math.imul(position + 1, BORROW);
      exact(token, token);
      say(LOCAL);
      return true;
    },
    literal(hash) {
      exact(hash, LITERAL);
      say(LITERAL);
    },
    digest() {
      endStatement();
      return {
        bodyHash: hex(bodyA) + hex(bodyB),
        shapeHash: hex(shapeA) + hex(shapeB),
        sketch: statements < SKETCH_MIN_STATEMENTS ? '' : densified(minima, filled),
        statementCount: statements,
      };
    },
  };
}

/**
 * Empty positions borrow the value of the next filled one, so that two sketches compare position by position (Shrivastava and Li,
 * "Densifying One Permutation Hashing via Rotation", ICML 2014). Of each value the lowest 12 bits are kept, in two characters: unequal
 * values then agree by chance once in 4,096 (Li and Koenig, "b-Bit Minwise Hashing", WWW 2010), and the sketch is a fifth of the size.
 */
function densified(minima: Uint32Array, filled: Uint8Array): string {
  if (!filled.includes(1)) return '';
  let sketch = '';
  for (let position = 0; position < SKETCH_SIZE; position++) {
    let distance = 0;
    while (filled[(position + distance) % SKETCH_SIZE] === 0) distance++;
    // `feature` shifts by five bits, so the lowest ones say nothing.
    const bits = ((minima[(position + distance) % SKETCH_SIZE]! + Math.imul(distance, BORROW)) >>> 5) & 0xfff;
    sketch += DIGITS[bits >>> 6]! + DIGITS[bits & 63]!;
  }
  return sketch;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** One round of MurmurHash3 (x86, 32 bit). */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** The same with other constants, so that two 32-bit hashes together serve as one of 64. */
function mixOther(hash: number, value: number): number {
  let k = Math.imul(value, 0x239b961b);
  k = Math.imul((k << 16) | (k >>> 16), 0xab0e9789 | 0);
  const h = hash ^ k;
  return (Math.imul((h << 11) | (h >>> 21), 5) + 0x561ccd1b) | 0;
}

/** The finaliser of MurmurHash3: spreads every bit of the input over the output. */
function finish(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hex(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}
