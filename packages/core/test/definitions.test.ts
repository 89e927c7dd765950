import { sqlite } from "@anbud/adapter-sqlite"
import {
  children,
  choice,
  command,
  createEngine,
  currency,
  DefinitionInvalid,
  defaulted,
  entity,
  integer,
  json,
  money,
  type Plugin,
  plugin,
  query,
  ref,
  refusal,
  rule,
  text,
} from "@anbud/core"
import { describe, expect, test } from "vitest"
import { temporaryFile, workshop } from "./workshop.ts"

const issuesOf = async (plugins: Readonly<Record<string, Plugin>>): Promise<readonly string[]> => {
  const store = sqlite({ file: ":memory:" })
  try {
    const engine = await createEngine({ store, plugins: plugins as never })
    await engine.close()
    return []
  } catch (error) {
    if (!DefinitionInvalid.is(error)) throw error
    return error.params.issues
  }
}
const of = (name: string, fields: Parameters<typeof entity>[1]) => entity(name, fields)
const alone = (...entities: ReturnType<typeof of>[]) => ({ p: plugin("p", { entities }) })
const Note = entity("note", { text: text() })
/** What `await` calls on any object that has it. */
const AWAITED = "then"
const decide = async () => ({ changes: [], outcome: {} })
const answer = async () => "done"

test("plugins that fit together have no issue", async () => {
  expect(await issuesOf(alone(Note))).toEqual([])
})

describe("one fault, one issue", () => {
  const Part = entity("part", { name: text() })
  const Amount = entity("amount", { net: money({ currency: "currency" }) })
  const First = refusal("Same", {}, { en: "first", sv: "första" })
  const Second = refusal("Same", {}, { en: "second", sv: "andra" })
  const refusing = (refused: typeof First) => command({ input: {}, refuses: [refused], decide, answer })

  test.each<[string, Readonly<Record<string, Plugin>>, string]>([
    [
      "an unknown reference",
      alone(of("a", { b: ref(() => ({ name: "ghost" })) })),
      '"a.b" refers to the unknown entity "ghost"',
    ],
    [
      "a lost reference",
      alone(of("a", { b: ref(undefined as never) })),
      '"a.b" refers to nothing: write ref(() => Entity) if two files need each other',
    ],
    ["two entities of one name", alone(Note, of("note", { x: text() })), 'two entities are called "note"'],
    [
      "an entity of two plugins",
      { p: plugin("p", { entities: [Note] }), q: plugin("q", { entities: [Note] }) },
      '"p" and "q" both list the entity "note"',
    ],
    [
      "a missing need",
      { p: plugin("p", { entities: [], needs: ["q"] }) },
      '"p" needs the plugin "q", which is missing',
    ],
    [
      "an undeclared need",
      { p: plugin("p", { entities: [Note] }), q: plugin("q", { entities: [of("a", { n: ref(Note) })] }) },
      '"q" refers to "note" of "p" but does not list it in needs',
    ],
    [
      "a circle of needs",
      { p: plugin("p", { entities: [], needs: ["q"] }), q: plugin("q", { entities: [], needs: ["p"] }) },
      "plugins need each other in a circle: p → q → p",
    ],
    [
      "a need of itself",
      { p: plugin("p", { entities: [], needs: ["p"] }) },
      "plugins need each other in a circle: p → p",
    ],
    ["a key that is not the id", { q: plugin("p", { entities: [] }) }, 'plugin "p" is listed under the key "q"'],
    [
      "a plugin that a promise would call",
      { [AWAITED]: plugin(AWAITED, { entities: [] }) },
      '"then" is not a name for a plugin',
    ],
    [
      "two parents",
      alone(of("a", { parts: children(Part, { by: "owner" }) }), of("b", { parts: children(Part, { by: "owner" }) })),
      '"part" has two parents: "a" and "b"',
    ],
    ["an empty choice", alone(of("a", { c: choice([] as never) })), '"a.c" offers no choice'],
    [
      "a currency out of reach",
      alone(Amount),
      '"amount.net" takes its currency from "currency", which its aggregate does not have',
    ],
    ["a unique amount", alone(of("a", { b: json({ unique: true }) })), '"a.b" cannot be unique'],
    [
      "a data subject that is no reference",
      alone(of("a", { b: text({ personal: { category: "I", of: "c", on: "erase" } }) })),
      '"a.b" names the data subject "c", which is no reference of its record',
    ],
    [
      "a default out of range",
      alone(of("a", { b: defaulted(integer({ min: 1 }), 0) })),
      '"a.b" has a default that it would refuse',
    ],
    [
      "a former name that is taken",
      alone(of("a", { b: text(), c: text({ was: "b" }) })),
      '"a.c" says that it was "b", which is still there',
    ],
    [
      "a shared column",
      alone(of("a", { net: money(), netMinor: integer() })),
      'two fields of the table "a" share the column "net_minor"',
    ],
    [
      "a part's field in its parent's column",
      alone(of("a", { parts: children(of("b", { owner: text() }), { by: "owner" }) })),
      'two fields of the table "b" share the column "owner"',
    ],
    [
      "two refusals with one tag",
      { p: plugin("p", { entities: [], commands: { a: refusing(First), b: refusing(Second) } }) },
      'two refusals are called "Same"',
    ],
    [
      "a refusal of the kernel's name",
      {
        p: plugin("p", {
          entities: [],
          commands: { a: refusing(refusal("NotFound", {}, { en: "x", sv: "y" }) as never) },
        }),
      },
      'two refusals are called "NotFound"',
    ],
    [
      "one name twice",
      {
        p: plugin("p", {
          entities: [Note],
          collections: { notes: Note },
          queries: { notes: query({ input: {}, refuses: [], answer }) },
        }),
      },
      '"p.notes" is defined twice',
    ],
    [
      "a collection of a stranger",
      { p: plugin("p", { entities: [], collections: { notes: Note } }) },
      '"p.notes" is a collection of an entity it does not list',
    ],
    [
      "a collection of a ledger",
      (() => {
        const Log = entity("log", { n: integer() }, { ledger: true })
        return { p: plugin("p", { entities: [Log], collections: { logs: Log } }) }
      })(),
      '"p.logs" is a collection of a ledger: offer commands and queries',
    ],
    [
      "a call that a promise would call",
      {
        p: plugin("p", {
          entities: [],
          queries: { [AWAITED]: query({ input: {}, refuses: [], answer }) },
        }),
      },
      '"p.then" is not a name for a call',
    ],
    [
      "a rule for a stranger",
      { p: plugin("p", { entities: [], rules: [rule(Note, () => null)] }) },
      '"p" has a rule for the unknown entity "note"',
    ],
    [
      "two that know the users",
      {
        p: plugin("p", { entities: [], authority: { reads: [], find: async () => null } }),
        q: plugin("q", { entities: [], authority: { reads: [], find: async () => null } }),
      },
      "several plugins say who users are: p, q",
    ],
  ])("%s", async (_, plugins, issue) => {
    expect(await issuesOf(plugins)).toEqual([issue])
  })

  test.each([
    "Note",
    "no te",
    "note;",
    "",
    "x".repeat(42),
    "åtgärd",
    "__proto__",
    "journal",
    "claim",
    "counter",
    "journalChange",
  ])("%j is not a name for an entity", async (name) => {
    expect(await issuesOf(alone(of(name, { a: text() })))).toEqual([`"${name}" is not a name for an entity`])
  })

  test.each(["id", "version", "tenant", "parent", "position", "and", "or", "not", "Name", "a b", "a_b", "1a", ""])(
    "%j is not a name for a field",
    async (name) => {
      expect(await issuesOf(alone(of("a", { [name]: text() })))).toContain(`"a.${name}" is not a name for a field`)
    },
  )
})

test("every fault is told at once", async () => {
  const A = entity("Bad", {
    id: text(),
    b: ref(() => ({ name: "ghost" })),
    c: choice([] as never),
    m: money({ currency: "x" }),
  })
  const issues = await issuesOf({ k: plugin("p", { entities: [A], needs: ["q"] }) })
  expect(issues).toEqual([
    'plugin "p" is listed under the key "k"',
    '"Bad" is not a name for an entity',
    '"Bad.b" refers to the unknown entity "ghost"',
    '"Bad.id" is not a name for a field',
    '"Bad.c" offers no choice',
    '"Bad.m" takes its currency from "x", which its aggregate does not have',
    '"p" needs the plugin "q", which is missing',
    'two fields of the table "_bad" share the column "id"',
  ])
})

test("a currency may be held by any record above", async () => {
  const Leaf = entity("leaf", { net: money({ currency: "currency" }) })
  const Branch = entity("branch", { leaves: children(Leaf, { by: "branch" }) })
  const Tree = entity("tree", { currency: currency(), branches: children(Branch, { by: "tree" }) })
  expect(await issuesOf(alone(Tree))).toEqual([])
})

test("a store that does not fit is refused, and free again for one that does", async () => {
  const file = temporaryFile()
  const open = (plugins: Readonly<Record<string, Plugin>>) =>
    createEngine({ store: sqlite({ file }), plugins: plugins as never })
  await (await open(alone(Note))).close()
  await expect(open({ p: plugin("p", { entities: [entity("note", { text: integer() })] }) })).rejects.toMatchObject({
    _tag: "SchemaOutOfDate",
  })
  await (await open(alone(Note))).close()
})

test("the modules' own plugins fit together without each other's help", async () => {
  expect(await issuesOf({ workshop })).toEqual([])
})
