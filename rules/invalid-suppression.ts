import { defineRule, z } from '../src/index.js';
import { idleSuppressions } from './support/idle-suppressions.js';

export default defineRule({
  meta: {
    id: 'invalid-suppression',
    category: 'meta',
    title: 'Suppression that is not understood',
    description: 'Reports suppression comments without a reason, with a rule that does not exist, with a date that is none, or in another form than `ssot-ignore-next-line <rule>[, <rule>] until=YYYY-MM-DD -- reason`. They accept nothing.',
    rationale: 'Whoever wrote it believes that the finding is accepted; whoever reads it does not learn why.',
    remedy: 'Write it as: ssot-ignore-next-line <rule-id> -- <reason>, or ssot-ignore-file; before the reason until=YYYY-MM-DD may say when it ends.',
    severity: 'warning',
    tags: ['suppression'],
    since: '0.2.0',
    status: 'preview',
  },
  options: z.object({}),
  check: ({ suppressions }) => idleSuppressions(suppressions, 'invalid'),
});
