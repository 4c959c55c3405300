import fc from 'fast-check';

/**
 * Properties are tried on the same values in every run, so that a change and not chance turns a build red. `PROPERTY_SEED=random npx vitest run <file>` tries new
 * ones; what they find belongs into the test as an example.
 */
fc.configureGlobal({ ...(process.env['PROPERTY_SEED'] === 'random' ? {} : { seed: Number(process.env['PROPERTY_SEED'] ?? 20261122) }) });
