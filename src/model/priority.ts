import { z } from 'zod';

/** How urgent a failure or an issue is, most urgent first. */
export const priorities = ['P0', 'P1', 'P2', 'P3'] as const;
export const prioritySchema = z.enum(priorities);
export type Priority = z.infer<typeof prioritySchema>;
