const LEVELS = ['symptom', 'mechanism', 'condition', 'origin', 'guard'];

/** Verdicts as a text for people: the figures, and each case that is not as it should be. */
export function table(verdicts) {
  const seeded = verdicts.filter(({ kind, outcome }) => kind === 'seeded' && outcome !== 'dropped');
  const controls = verdicts.filter(({ kind, outcome }) => kind !== 'seeded' && outcome !== 'dropped');
  const lines = [];
  if (verdicts.some(({ outcome }) => outcome === 'fails')) {
    lines.push(`fail where they should            ${share(verdicts, 'fails')}`);
  } else if (seeded.some(({ outcome }) => outcome === 'found' || outcome === 'missed')) {
    lines.push(`seeded violations found by scan   ${share(seeded, 'found')}`);
  } else {
    if (seeded.length > 0) lines.push(`first violation is the seeded one ${share(seeded, 'right')}`, `  none named                      ${share(seeded, 'none')}`, `  another before it               ${share(seeded, 'later')}`, `  another instead                 ${share(seeded, 'wrong')}`);
    if (controls.length > 0) lines.push(`controls answered with "none"     ${share(controls, 'none')}`);
    const judged = seeded.filter(({ whys }) => whys);
    for (const level of LEVELS) {
      const count = (word) => judged.filter(({ whys }) => whys[level] === word).length;
      const stated = count('right') + count('wrong');
      if (judged.length > 0) lines.push(`why ${level.padEnd(10)} precision ${ratio(count('right'), stated)}, unknown ${count('unknown')}`);
    }
    const times = verdicts.flatMap(({ milliseconds }) => (milliseconds === undefined ? [] : [milliseconds])).sort((a, b) => a - b);
    if (times.length > 0) lines.push(`median time of link               ${times[times.length >> 1]} ms`);
  }
  const good = new Set(['right', 'found', 'control', 'fails']);
  const odd = verdicts.filter(({ kind, outcome }) => !good.has(outcome) && !(kind !== 'seeded' && outcome === 'none'));
  if (odd.length > 0) lines.push('', ...odd.map(({ id, outcome, said }) => `${outcome.padEnd(10)} ${id}: ${said ?? ''}`));
  return `${lines.join('\n')}\n`;
}

function share(verdicts, outcome) {
  return ratio(verdicts.filter((verdict) => verdict.outcome === outcome).length, verdicts.length);
}

function ratio(part, whole) {
  return `${part} of ${whole}${whole > 0 ? ` (${(part / whole).toFixed(3)})` : ''}`;
}
