import { defineRule, z } from '../src/index.js';
import { idleSuppressions } from './support/idle-suppressions.js';

export default defineRule({
  meta: {
    id: 'expired-suppression',
    category: 'meta',
    title: 'Suppression that has ended',
    description: 'Reports suppression comments whose date (`until=YYYY-MM-DD`) is past. They accept nothing any more.',
    rationale: 'Somebody promised an end to it; the finding is in force again.',
    remedy: 'Mend what the comment accepts and delete it; or state a later date, with the reason why it is still needed.',
    severity: 'warning',
    tags: ['suppression'],
    since: '0.2.0',
    status: 'preview',
  },
  options: z.object({}),
  check: ({ suppressions }) => idleSuppressions(suppressions, 'expired'),
});
