import { defineRule, z } from '../src/index.js';
import { idleSuppressions } from './support/idle-suppressions.js';

export default defineRule({
  meta: {
    id: 'unused-suppression',
    category: 'meta',
    title: 'Suppression that matches no finding',
    description: 'Reports suppression comments (`ssot-ignore-next-line`, `ssot-ignore-file`) that accept nothing, or of whose rules one matches nothing: the finding was mended, or the comment moved away from it. Not where only a part of the tree was audited or the rule did not run.',
    rationale: 'It will accept the next finding at that place, which nobody has looked at.',
    remedy: 'Delete the comment, or take the rule out of it that matches nothing.',
    severity: 'warning',
    tags: ['suppression'],
    since: '0.2.0',
    status: 'preview',
  },
  options: z.object({}),
  check: ({ suppressions }) => idleSuppressions(suppressions, 'unused'),
});
