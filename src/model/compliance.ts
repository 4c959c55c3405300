/** The compliance figure: how many of the concepts that the audit knows have one owner. Defined in `findings/compliance.ts`. */
import { z } from 'zod';

export const conceptKinds = ['class', 'type', 'constant', 'function', 'variable', 'event', 'connection'] as const;
export const conceptKindSchema = z.enum(conceptKinds);
export type ConceptKind = z.infer<typeof conceptKindSchema>;

/** Each concept is counted once: `concepts` = `oneOwner` + `violated` + `baselined` + `suppressed`. */
export const ownershipSchema = z.object({
  /** The denominator. */
  concepts: z.int(),
  /** The numerator: no finding of severity error or warning says otherwise, in force or not. */
  oneOwner: z.int(),
  /** At least one such finding is in force. */
  violated: z.int(),
  /** Not violated, and at least one such finding is known from the baseline. */
  baselined: z.int(),
  /** All such findings are accepted by a comment in the source. */
  suppressed: z.int(),
});
export type Ownership = z.infer<typeof ownershipSchema>;

export const complianceFigureSchema = z.object({
  total: ownershipSchema,
  kinds: z.record(conceptKindSchema, ownershipSchema),
  /** `oneOwner` by `concepts` of the total, from 0 to 1, cut (never rounded up) to four digits; absent when there is no concept. */
  share: z.number().min(0).max(1).optional(),
  /** Fingerprint of a finding to the concepts that it is about, as `<kind>:<number>`: enough to count again once findings are marked as known. */
  concerns: z.record(z.string(), z.array(z.string())),
});
export type ComplianceFigure = z.infer<typeof complianceFigureSchema>;

export const ruleCountSchema = z.object({
  /** Findings in force. */
  error: z.int(), warning: z.int(), info: z.int(),
  /** Findings that are not, of any severity. */
  baselined: z.int(), suppressed: z.int(),
});
export type RuleCount = z.infer<typeof ruleCountSchema>;

export const complianceSchema = z.object({
  rules: z.object({
    ran: z.int(),
    known: z.int(),
    /** Rules that the configuration turns off, or to a lower severity than their own. */
    off: z.array(z.string()),
    lowered: z.array(z.string()),
  }),
  /** Every rule that ran, those without findings too. */
  counts: z.record(z.string(), ruleCountSchema),
  /** Absent when the audit did not see all that the figure is about; `notComputed` then says why. */
  figure: complianceFigureSchema.optional(),
  notComputed: z.string().optional(),
});
export type Compliance = z.infer<typeof complianceSchema>;

export const COMPLIANCE_HISTORY_VERSION = 1;

/** One line of the file that `--history` appends to. */
export const complianceRecordSchema = z.object({
  schemaVersion: z.literal(COMPLIANCE_HISTORY_VERSION),
  /** Date and time of the commit, or what `--now` gave; ISO 8601 in UTC. */
  time: z.string(),
  /** Full hash of the audited commit; absent outside of git. */
  commit: z.string().optional(),
  /** Files differed from that commit. */
  dirty: z.boolean(),
  tool: z.object({ name: z.string(), version: z.string() }),
  root: z.string(),
  rulesetHash: z.string(),
  /** Hash of what the configuration says on which files count and as what: services, roles, include, ignore. */
  selectionHash: z.string(),
  /** The line before was made with the same rules and selection, so that the two may be compared; false in the first line. */
  comparable: z.boolean(),
  rules: complianceSchema.shape.rules,
  /** Rules with findings. */
  counts: complianceSchema.shape.counts,
  total: ownershipSchema,
  kinds: complianceFigureSchema.shape.kinds,
  share: complianceFigureSchema.shape.share,
});
export type ComplianceRecord = z.infer<typeof complianceRecordSchema>;
