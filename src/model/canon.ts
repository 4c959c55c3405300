/** What `ssot-audit canon` gives: declared owners with what goes against them, or proposals for such declarations. */
import { z } from 'zod';
import { severitySchema } from './result.js';

export const CANON_VERSION = 1;

const importersSchema = z.object({ production: z.int(), test: z.int() });

export const declaredOwnerSchema = z.object({
  concept: z.string(),
  owner: z.string(),
  aliases: z.array(z.string()),
  forbid: z.array(z.string()),
  /** Files that import the owner's module. */
  importers: importersSchema,
  /** `kept`: nothing goes against it. `violated`: something does. `accepted`: all that does is accepted, in the source or by the baseline. */
  status: z.enum(['kept', 'violated', 'accepted']),
  message: z.string().optional(),
  violations: z.array(z.object({ path: z.string(), line: z.int(), symbol: z.string().optional(), message: z.string(), importers: importersSchema.optional() })),
});
export type DeclaredOwnerView = z.infer<typeof declaredOwnerSchema>;

export const ownerSuggestionSchema = z.object({
  concept: z.string(),
  /** File that should be declared as the owner, and the line where it declares the concept. */
  owner: z.string(),
  line: z.int(),
  aliases: z.array(z.string()),
  /** Why this one, as the end of a sentence. */
  reason: z.string(),
  importers: importersSchema,
  /** The other declarations: errors, once the owner is declared. */
  others: z.array(z.object({ path: z.string(), line: z.int(), symbol: z.string(), importers: importersSchema.optional() })),
  /** The finding that it comes from. */
  ruleId: z.string(),
  severity: severitySchema,
});
export type OwnerSuggestion = z.infer<typeof ownerSuggestionSchema>;

export const canonSchema = z.object({
  schemaVersion: z.literal(CANON_VERSION),
  tool: z.object({ name: z.string(), version: z.string() }),
  root: z.string(),
  owners: z.array(declaredOwnerSchema),
  /** Absent without `--suggest`. */
  suggestions: z.array(ownerSuggestionSchema).optional(),
});
export type Canon = z.infer<typeof canonSchema>;
