import * as core from "@anbud/core"
import { type AnyRefusalClass, codeOf, messageOf, refusal, text } from "@anbud/core"
import { expect, test } from "vitest"
import { openWorkshop, TENANT, TooMany } from "./workshop.ts"

const isRefusalClass = (value: unknown): value is AnyRefusalClass =>
  typeof value === "function" && "tag" in value && "paramNames" in value

const classes = Object.values(core as Readonly<Record<string, unknown>>).filter(isRefusalClass)

/** Parameters whose values show in the text; lists are of what the refusal lists. */
const PARAMS: Readonly<Record<string, unknown>> = {
  issues: [{ path: "p1", row: 3, field: "f1", column: "c1", code: "BadValue", value: "v1", message: "m1" }],
  columns: ["col1"],
  differences: ["d1"],
}

test("the public entry has refusals of the kernel and of every module", () => {
  const tags = new Set(classes.map(({ tag }) => tag))
  for (const tag of ["NotFound", "UnknownTenant", "TenantExists", "ImportRejected", "DefinitionInvalid", "Contention"])
    expect(tags).toContain(tag)
  for (const tag of [
    "DayIsFull",
    "InsufficientBalance",
    "AlreadyReversed",
    "NothingMoved",
    "ProjectClosed",
    "UnknownPhase",
  ])
    expect(tags).toContain(tag)
  expect(classes.length).toBeGreaterThan(25)
})

test.each(classes.map((refused) => [refused.tag, refused] as const))(
  "%s says in English and Swedish what it knows",
  (tag, refused) => {
    const params = Object.fromEntries(refused.paramNames.map((name) => [name, PARAMS[name] ?? `‹${name}›`]))
    if (tag === "DefinitionInvalid") params["issues"] = ["i1", "i2"]
    const error = new refused(params as never)
    const [en, sv] = [messageOf(error, "en"), messageOf(error, "sv-SE")]
    for (const message of [en, sv]) {
      expect(message).toMatch(/^.{10,}$/)
      expect(message).not.toMatch(/[{}?]|undefined|\[object/)
    }
    expect(error.message).toBe(en)
    expect(sv).not.toBe(en)
    expect(error).toMatchObject({ _tag: tag, code: codeOf(tag), name: tag })
    expect(refused.status).toBeGreaterThanOrEqual(400)
  },
)

test("a placeholder that no parameter fills shows, so that a test finds it", () => {
  const Odd = refusal("Odd", { a: text() }, { en: "{a} and {b}.", sv: "{a} och {b}." })
  expect(new Odd({ a: "x" }).message).toBe("x and ?.")
})

test("codes are tags in capitals", () => {
  expect(["QuoteExpired", "NoTime", "A", "VatId"].map(codeOf)).toEqual(["QUOTE_EXPIRED", "NO_TIME", "A", "VAT_ID"])
  expect(TooMany.code).toBe("TOO_MANY")
})

test("a session speaks its locale; a replayed refusal too", async () => {
  const { engine } = await openWorkshop()
  const sven = engine.as({ tenant: TENANT.id, user: "anna", locale: "sv-SE" })
  const id = (await sven.workshop.machines.create({ code: "A", label: "a", currency: "SEK" })).id
  for (const replayed of [false, true]) {
    const outcome = await sven.workshop.raise({ machine: id, by: 20 }, { idempotencyKey: "k" }).result()
    expect(outcome).toMatchObject({ ok: false, replayed, error: { message: "21 är fler än 10." } })
  }
  const said = await sven.workshop.machines.create({ code: "B" } as never).catch((error: Error) => error.message)
  expect(said).toBe("Indata är inte giltiga: label saknas; currency saknas.")
})

test("a long list of issues is cut in the message and whole in the parameters", () => {
  const issues = Array.from({ length: 1000 }, (_, index) => ({ path: `lines[${index}]`, message: "is missing" }))
  const error = new core.InvalidInput({ issues })
  expect(error.message.length).toBeLessThan(200)
  expect(error.params.issues).toHaveLength(1000)
})
