// tap.mjs — the Test Anything Protocol for tests that run under Node; counts on from $TAP_COUNT.
import { isDeepStrictEqual } from 'node:util';

const began = Number(process.env.TAP_COUNT ?? 0);
let count = began;
let failed = 0;

export function diag(text) {
  for (const line of String(text).split('\n').slice(0, 60)) console.log(`# ${line}`);
}

export function ok(passed, what, note) {
  count += 1;
  if (!passed) failed += 1;
  console.log(`${passed ? 'ok' : 'not ok'} ${count} - ${what}`);
  if (!passed && note !== undefined) console.log(`#    got: ${JSON.stringify(note)}`);
  return passed;
}

export function is(got, wanted, what) {
  if (!ok(isDeepStrictEqual(got, wanted), what, got)) console.log(`# wanted: ${JSON.stringify(wanted)}`);
}

// A list of offenders that must be empty.
export function none(offenders, what) {
  if (!ok(offenders.length === 0, what)) offenders.forEach(diag);
}

// The plan, which must come last, and the exit status.
export function plan() {
  console.log(`1..${count}`);
  return failed === 0 ? 0 : 1;
}
