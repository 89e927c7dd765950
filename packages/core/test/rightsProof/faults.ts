/**
 * Planted faults: ways in which an engine could get rights wrong. Each is planted where the engine cannot tell: it is
 * told other roles or other trees than the oracle, or its store answers another question than it asked. A proof that
 * lets one of them pass would let that engine pass.
 */
import type { Condition, Reader, Store } from "@anbud/core"
import type { Denied, Given, Granted } from "./oracle.ts"
import { compare, type Planted } from "./proving.ts"

const isDenial = (right: Given): right is Denied => typeof right === "object" && "not" in right
const asGrant = (right: string | Granted): Granted => (typeof right === "string" ? { may: right } : right)

const eachGrant = (change: (grant: Granted) => readonly Given[]): Planted => ({
  rights: (rights) => rights.flatMap((right) => (isDenial(right) ? [right] : change(asGrant(right)))),
})
const eachDenial = (change: (denial: Denied) => readonly Given[]): Planted => ({
  rights: (rights) => rights.flatMap((right) => (isDenial(right) ? change(right) : [right])),
})
const withoutScope = <T extends Granted | Denied>({ scope: _, ...rest }: T): T => rest as T
const withoutFields = <T extends Granted | Denied>({ fields: _, ...rest }: T): T => rest as T

const SWAPPED = { own: "unit", unit: "own", tree: "tree", group: "group", all: "all" } as const

const ofRights: Readonly<Record<string, Planted>> = {
  "the scope of grants is ignored": eachGrant((grant) => [withoutScope(grant)]),
  "the scope of denials is ignored": eachDenial((denial) => [withoutScope(denial)]),
  "denials are lost": eachDenial(() => []),
  "denials of fields are lost": eachDenial((denial) => (denial.fields ? [] : [denial])),
  "denials of fields take the whole right": eachDenial((denial) => [withoutFields(denial)]),
  "denials of parts are lost": eachDenial((denial) => (/^board\.(?:item|bit)/.test(denial.not) ? [] : [denial])),
  "own and unit are swapped": eachGrant((grant) => [grant.scope ? { ...grant, scope: SWAPPED[grant.scope] } : grant]),
  "tree reaches no further than unit": eachGrant((grant) => [
    grant.scope === "tree" ? { ...grant, scope: "unit" } : grant,
  ]),
  "group reaches nothing": eachGrant((grant) => (grant.scope === "group" ? [] : [grant])),
  "the fields of grants are ignored": eachGrant((grant) => [withoutFields(grant)]),
  "a right covers its neighbours": eachGrant((grant) => [{ ...grant, may: grant.may.replace(/\.[a-zA-Z]+$/, ".*") }]),
  "a star covers nothing": eachGrant((grant) => (grant.may.endsWith("*") ? [] : [grant])),
  "only the first right of a role counts": { rights: (rights) => rights.slice(0, 1) },
  "units have nothing below them": { isFlat: "units" },
  "groups have nothing above them": { isFlat: "groups" },
}

/** The tables whose questions are falsified; everything else is answered truthfully, or nothing would work. */
const TABLES: ReadonlySet<string> = new Set(["sheet", "item", "bit", "label", "search_token"])

type Rewrite = (condition: Condition) => Condition

const everywhere = (rewrite: Rewrite): Rewrite => {
  const visit: Rewrite = (condition) => {
    switch (condition.op) {
      case "and":
      case "or":
        return rewrite({ op: condition.op, of: condition.of.map(visit) })
      case "not":
        return rewrite({ op: "not", of: visit(condition.of) })
      case "exists":
        return rewrite(condition.where ? { ...condition, where: visit(condition.where) } : condition)
      default:
        return rewrite(condition)
    }
  }
  return visit
}

type Filtered = { readonly table: string; readonly where?: Condition }

/** A store whose reads of the firm's records have other conditions than were asked. */
const falsified = (
  rewrite: Rewrite,
  verbs: readonly (keyof Reader)[] = ["select", "count", "sum", "tabulate"],
): Planted => {
  const query = <Q extends Filtered>(of: Q): Q =>
    TABLES.has(of.table) && of.where ? { ...of, where: rewrite(of.where) } : of
  const reading = <R extends Reader>(reader: R): R =>
    new Proxy(reader, {
      get: (target, name) => {
        const call = Reflect.get(target, name) as (of: Filtered, ...rest: unknown[]) => unknown
        if (!verbs.includes(name as keyof Reader)) return typeof call === "function" ? call.bind(target) : call
        return (of: Filtered, ...rest: unknown[]) => call.call(target, query(of), ...rest)
      },
    })
  return {
    store: (store): Store => ({
      ...store,
      read: (work) => store.read((reader) => work(reading(reader))),
      write: (work, options) => store.write((tx) => work(reading(tx)), options),
    }),
  }
}

const NOBODY: Condition = { op: "and", of: [] }
const isWhose = (column: string): boolean => ["owner", "unit", "team"].includes(column)

const ofStore: Readonly<Record<string, Planted>> = {
  "not is lost": falsified(everywhere((one) => (one.op === "not" ? NOBODY : one))),
  "not says the same as yes": falsified(everywhere((one) => (one.op === "not" ? one.of : one))),
  "or is taken for and": falsified(
    everywhere((one) => (one.op === "or" && one.of.length > 1 ? { ...one, op: "and" } : one)),
  ),
  "only the first of several values counts": falsified(
    everywhere((one) => (one.op === "in" && isWhose(one.column) ? { ...one, values: one.values.slice(0, 1) } : one)),
  ),
  "an empty field is in every list": falsified(
    everywhere((one) =>
      one.op === "in" && isWhose(one.column) ? { op: "or", of: [one, { op: "isNull", column: one.column }] } : one,
    ),
  ),
  "parts are found whatever their root": falsified(
    everywhere((one) =>
      one.op === "exists" && ["sheet", "item"].includes(one.table) ? { ...one, where: NOBODY } : one,
    ),
  ),
  "a filter replaces the view": falsified((one) =>
    one.op === "and" && one.of.length > 1 ? (one.of.at(-1) ?? one) : one,
  ),
  "counts are of all records": falsified(() => NOBODY, ["count"]),
  "sums are of all records": falsified(() => NOBODY, ["sum"]),
  "searches look into every field": falsified(
    everywhere((one) => (one.op === "in" && one.column === "field" ? NOBODY : one)),
  ),
}

/** Every fault by what it does. */
export const FAULTS: Readonly<Record<string, Planted>> = { ...ofRights, ...ofStore }

/** The faults that so many cases do not find. */
export const missedFaults = async (open: () => Store, seed: number, cases: number): Promise<readonly string[]> => {
  const missed: string[] = []
  for (const [name, planted] of Object.entries(FAULTS)) {
    const { differences } = await compare(open(), { seed, cases, planted, most: 1 })
    if (differences.length === 0) missed.push(name)
  }
  return missed
}
