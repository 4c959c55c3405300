/** Door 1: for authors of rules and configurations. Never exports `scan`, for the pipeline imports the rules and they import this. */
export { z } from 'zod';
export { defineConfig } from './config/define-config.js';
export type { ConfigInput } from './config/schema.js';
export { defineRule } from './engine/define-rule.js';
export type { FindingDraft, Rule, RuleContext, Site } from './engine/define-rule.js';
export { canonicalName, wordsOf } from './facts/canonical-name.js';
export { chooseOwner, isDeprecated } from './facts/choose-owner.js';
export type { OwnerChoice, RankedDeclaration } from './facts/choose-owner.js';
export { canonicalEnvironment, compareEnvironments, environmentOfEntry } from './facts/environment-of.js';
export { environmentMatrix } from './facts/environment-matrix.js';
export type {
  DeploymentTarget, EnvironmentMatrix, MatrixCell, MatrixValue, MatrixVariable, ServiceDeployment,
} from './facts/environment-matrix.js';
export type { AuditedFile, DeclaredOwner, FactIndex, History, Indexed, IndexedFact } from './facts/fact-index.js';
export type { Definition, ImportGraph, ImportSite, ModuleResolution, NameResolution } from './facts/import-graph.js';
export { lookUp, type DefinedName } from './facts/look-up.js';
export { groupByRelation, serviceRelations, type ServiceRelations } from './facts/service-relations.js';
export { definitionKey, shapedFactAt, shapeOf, type Shape, type ShapedFact } from './facts/shapes.js';
export { typeName, typesAgree, type TypeName } from './facts/type-name.js';
export type * from './model/facts.js';
export type { Category, FileRole, RuleMeta, Service, Severity, SiteRole } from './model/result.js';
