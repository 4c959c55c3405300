import { folderPrefixOf, isHandler, type FactIndex, type Field } from '../../src/index.js';
import { memberKey, type ShapeComparison } from './compare-shapes.js';
import type { DeclaredType } from './type-declarations.js';

/**
 * Two types of one name that two parts of a product have each for itself: each is used in its own folder only, and they ask for other things (each
 * requires a field that the other lacks), or they are what two components show, or what two forms hold.
 */
export function areOwnOfTwoParts(facts: FactIndex, a: DeclaredType, b: DeclaredType, { onlyFirst, onlySecond }: ShapeComparison): boolean {
  const required = [onlyFirst.some(isRequired), onlySecond.some(isRequired)];
  if (!required.includes(true)) return false;
  const areParts = (!required.includes(false) && [a, b].every(({ name }) => REQUEST.test(name))) || [a, b].every(isOfComponent) || [a, b].every(({ name }) => FORM.test(name));
  return areParts && areUsedApart(facts, a, b);
}

/** What crosses an endpoint; two endpoints may be called alike. */
const REQUEST = /(?:Request|Response|Query|Body|Payload)(?:Schema|Dto|DTO|Model)?$/;
const FORM = /Form(?:Schema|Data|Values|State)?$/;

function isRequired({ optional }: Field): boolean {
  return !optional;
}

/** Declared where components stand. */
function isOfComponent({ file }: DeclaredType): boolean {
  return file.language === 'typescript' && /(?:^|\/)(?:components|pages|screens|views|elements|widgets|features)\//.test(file.path);
}

function areUsedApart(facts: FactIndex, a: DeclaredType, b: DeclaredType): boolean {
  const [first, second] = [folderPrefixOf(a.file.path), folderPrefixOf(b.file.path)];
  if (first === second) return false;
  const stays = (type: DeclaredType, home: string, other: string): boolean => facts.imports.importersOf(type.file.path, type.name)
    .filter(({ file }) => file.role === 'production')
    .every(({ file: { path } }) => path.startsWith(home) && !(other.startsWith(home) && path.startsWith(other)));
  return stays(a, first, second) && stays(b, second, first);
}

/** What a route takes or answers, declared beside its handlers, and the model of what is stored or logged in, which says who that is and what it may do. */
export function isRouteBesideModel(facts: FactIndex, a: DeclaredType, b: DeclaredType, { sharedNames, onlyFirst, onlySecond }: ShapeComparison): boolean {
  const isOfRoute = ({ file }: DeclaredType): boolean => facts.inFile(file.path, 'function').some(isHandler);
  const [first, second] = [isOfRoute(a), isOfRoute(b)];
  if (first === second || sharedNames.some(saysWho)) return false;
  const [ofRoute, ofModel] = first ? [onlyFirst, onlySecond] : [onlySecond, onlyFirst];
  return ofModel.some((field) => isRequired(field) && saysWho(field.name)) && !ofRoute.some(({ name }) => saysWho(name));
}

function saysWho(name: string): boolean {
  return /^(?:id|uuid|user-id|account-id|owner-id|roles?|permissions?|password|password-hash|hashed-password|is-admin|is-superuser)$/.test(memberKey(name));
}

/** A class that is declared where the import of its name may fail: it stands in for the other. */
export function isStandIn(facts: FactIndex, { file, name }: DeclaredType): boolean {
  return file.language === 'python' && facts.inFile(file.path, 'import').some(({ guarded, names }) => guarded && names.some(({ local }) => local === name));
}
