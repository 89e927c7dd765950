import { type Id, NotFound } from "@anbud/core"
import { describe, expect, test } from "vitest"
import { type Machine, machine, NOBODY, openWorkshop, TENANT } from "./workshop.ts"

const tagOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "done",
    (error: { _tag?: string }) => error._tag ?? String(error),
  )

describe("who calls", () => {
  test.each`
    tenant       | user         | tag
    ${"fjall"}   | ${"anna"}    | ${"done"}
    ${"fjall"}   | ${"ANNA"}    | ${"done"}
    ${"fjall"}   | ${"nobody"}  | ${"UnknownUser"}
    ${"fjall"}   | ${""}        | ${"UnknownUser"}
    ${"fjall"}   | ${"  "}      | ${"UnknownUser"}
    ${"fjall"}   | ${undefined} | ${"UnknownUser"}
    ${"fjall"}   | ${null}      | ${"UnknownUser"}
    ${"fjall"}   | ${["anna"]}  | ${"UnknownUser"}
    ${"fjall"}   | ${{}}        | ${"UnknownUser"}
    ${"nowhere"} | ${"anna"}    | ${"UnknownTenant"}
    ${"FJALL"}   | ${"anna"}    | ${"UnknownTenant"}
    ${""}        | ${"anna"}    | ${"UnknownTenant"}
    ${undefined} | ${"anna"}    | ${"UnknownTenant"}
    ${["fjall"]} | ${"anna"}    | ${"UnknownTenant"}
  `("tenant $tenant, user $user → $tag, for reads and writes alike", async ({ tenant, user, tag }) => {
    const { engine } = await openWorkshop()
    const session = engine.as({ tenant, user })
    expect(await tagOf(session.workshop.machines.list())).toBe(tag)
    expect(await tagOf(session.workshop.machines.create(machine("A")))).toBe(tag)
    expect(
      await tagOf(session.workshop.machines.import({ file: "f", text: "c\nA", key: ["code"], columns: { code: "c" } })),
    ).toBe(tag === "done" ? "ImportRejected" : tag)
  })

  test("a user who is no longer active is nobody, from the next call on", async () => {
    const { engine, anna } = await openWorkshop()
    const role = await anna.organisation.roles.create({ name: "all", grants: ["*"] })
    const bo = await anna.organisation.users.create({ login: "bo", name: "Bo", roles: [{ role: role.id }] })
    const session = engine.as({ tenant: TENANT.id, user: "bo" })
    await session.workshop.machines.create(machine("A"))
    await anna.organisation.users.patch({ id: bo.id, set: { isActive: false } })
    expect(await tagOf(session.workshop.machines.list())).toBe("UnknownUser")
    expect(await tagOf(session.workshop.machines.create(machine("B")))).toBe("UnknownUser")
  })

  test.each`
    grants                              | read           | create         | run
    ${["*"]}                            | ${"done"}      | ${"done"}      | ${"done"}
    ${["workshop.*"]}                   | ${"done"}      | ${"done"}      | ${"done"}
    ${["workshop.machines.*"]}          | ${"done"}      | ${"done"}      | ${"Forbidden"}
    ${["workshop.machines.read"]}       | ${"done"}      | ${"Forbidden"} | ${"Forbidden"}
    ${["workshop.run"]}                 | ${"Forbidden"} | ${"Forbidden"} | ${"done"}
    ${["workshop.machine.*", "work.*"]} | ${"Forbidden"} | ${"Forbidden"} | ${"Forbidden"}
    ${[]}                               | ${"Forbidden"} | ${"Forbidden"} | ${"Forbidden"}
  `("with $grants: read $read, create $create, run $run", async ({ grants, read, create, run }) => {
    const { engine, anna } = await openWorkshop()
    const role = await anna.organisation.roles.create({ name: "some", grants })
    await anna.organisation.users.create({ login: "bo", name: "Bo", roles: [{ role: role.id }] })
    const bo = engine.as({ tenant: TENANT.id, user: "bo" })
    expect(await tagOf(bo.workshop.machines.list())).toBe(read)
    expect(await tagOf(bo.workshop.machines.get(NOBODY))).toBe(read === "done" ? "NotFound" : read)
    expect(await tagOf(bo.workshop.machines.create(machine("A")))).toBe(create)
    expect(await tagOf(bo.workshop.run({ plan: "nothing" }))).toBe(run)
  })

  test.each(
    [["a string: *"], [[5]], [["quotes*"]], [["**"]], [[""]], [{ 0: "*" }], [[["*"]]]].map(([grants]) => ({ grants })),
  )("a role cannot grant $grants", async ({ grants }) => {
    const { anna } = await openWorkshop()
    expect(await tagOf(anna.organisation.roles.create({ name: "odd", grants: grants as never }))).toBe("RuleBroken")
  })

  test("the system acts for a reason, which the journal names", async () => {
    const { engine } = await openWorkshop()
    const system = engine.system({ tenant: TENANT.id, reason: "nightly clean-up" })
    await system.workshop.machines.create(machine("A"))
    for (const reason of ["", " ", undefined, 5, "x".repeat(501)])
      expect(await tagOf(engine.system({ tenant: TENANT.id, reason: reason as never }).workshop.machines.list())).toBe(
        "InvalidInput",
      )
  })
})

describe("two tenants in one store", () => {
  const build = async () => {
    const { engine, anna } = await openWorkshop()
    await engine.tenants.create({ ...TENANT, id: "berg", name: "Berg" })
    const mine = await anna.workshop.machines.create({ ...machine("A"), parts: [{ name: "x" }] })
    await anna.workshop.read({ machine: mine.id, value: 7 })
    return { mine, anna, theirs: engine.as({ tenant: "berg", user: "anna" }) }
  }

  test.each`
    call                      | of
    ${"get"}                  | ${(s: Theirs, id: Id<"machine">) => s.workshop.machines.get(id)}
    ${"patch"}                | ${(s: Theirs, id: Id<"machine">) => s.workshop.machines.patch({ id, set: { note: "mine now" } })}
    ${"patch with a version"} | ${(s: Theirs, id: Id<"machine">) => s.workshop.machines.patch({ id, version: 1, set: { note: "x" } })}
    ${"parts"}                | ${(s: Theirs, id: Id<"machine">) => s.workshop.machines.parts(id, "parts")}
    ${"a command"}            | ${(s: Theirs, id: Id<"machine">) => s.workshop.raise({ machine: id, by: 1 })}
    ${"a reference"}          | ${(s: Theirs, id: Id<"machine">) => s.workshop.machines.create({ ...machine("B"), twin: id })}
    ${"a ledger's reference"} | ${(s: Theirs, id: Id<"machine">) => s.workshop.read({ machine: id, value: 1 })}
    ${"a query"}              | ${(s: Theirs, id: Id<"machine">) => s.workshop.totalOf({ machine: id })}
    ${"a filter"}             | ${(s: Theirs, id: Id<"machine">) => s.workshop.machines.list({ where: { id } })}
  `("$call with the other's id says what it says of an id that nobody has", async ({ of }) => {
    const { mine, theirs } = await build()
    const said = async (id: string) => {
      const outcome = await of(theirs, id).result()
      return JSON.stringify(
        outcome.ok ? outcome.value : [outcome.error._tag, outcome.error.params, outcome.error.message],
      ).replaceAll(id, "ID")
    }
    expect(await said(mine.id)).toBe(await said(NOBODY))
    expect(await said(mine.id)).not.toContain("mine")
  })

  test("each has its own records, unique keys, numbers and journal", async () => {
    const { anna, theirs } = await build()
    const same = await theirs.workshop.machines.create(machine("A"))
    expect((await theirs.workshop.machines.list()).items).toEqual([same])
    expect((await anna.workshop.machines.list()).items).toHaveLength(1)
    expect(await theirs.workshop.read({ machine: same.id, value: 1 })).toMatchObject({ turn: 1 })
  })

  test("a key that one used is new to the other", async () => {
    const { anna, theirs } = await build()
    const options = { idempotencyKey: "k" }
    await anna.workshop.machines.create(machine("C"), options)
    const outcome = await theirs.workshop.machines.create(machine("D"), options).result()
    expect(outcome).toMatchObject({ ok: true, replayed: false })
  })
})
type Theirs = Awaited<ReturnType<typeof openWorkshop>>["anna"]

describe("tenants", () => {
  test("are created once; again with the same values nothing changes", async () => {
    const { engine } = await openWorkshop()
    const head = await engine.journal.head({ tenant: "fjall" })
    expect(await engine.tenants.create(TENANT)).toEqual({ id: "fjall", created: false })
    expect(await engine.journal.head({ tenant: "fjall" })).toEqual(head)
    expect(head.seq).toBe(1)
  })

  test.each([{ name: "Other" }, { currency: "EUR" }, { zone: "Europe/Oslo" }])(
    "with %j it exists already",
    async (change) => {
      const { engine } = await openWorkshop()
      await expect(engine.tenants.create({ ...TENANT, ...change })).rejects.toMatchObject({
        _tag: "TenantExists",
        params: { tenant: "fjall" },
      })
    },
  )

  test.each([
    { id: "F", path: "id" },
    { id: "-berg", path: "id" },
    { id: "berg'; drop table", path: "id" },
    { id: undefined, path: "id" },
    { name: " ", path: "name" },
    { name: undefined, path: "name" },
    { name: "a\u0000b", path: "name" },
    { currency: "kr", path: "currency" },
    { currency: "ZZZ", path: "currency" },
    { zone: "Mars/Olympus", path: "zone" },
    { zone: "+01:00", path: "zone" },
    { zone: undefined, path: "zone" },
    { admin: "", path: "admin" },
    { admin: "a".repeat(81), path: "admin" },
    { admin: undefined, path: "admin" },
    { nonce: "0", path: "nonce" },
  ])("$path cannot be as in %j", async ({ path, ...change }) => {
    const { engine } = await openWorkshop()
    const error = await engine.tenants.create({ ...TENANT, id: "berg", ...change } as never).catch((e: unknown) => e)
    expect(error).toMatchObject({ _tag: "InvalidInput", params: { issues: [{ path }] } })
  })

  test("two calls at once create one tenant", async () => {
    const { engine } = await openWorkshop()
    const both = await Promise.all([1, 2].map(() => engine.tenants.create({ ...TENANT, id: "berg" })))
    expect(both.map(({ created }) => created)).toEqual([true, false])
  })
})

describe("the Promise face", () => {
  test("rejects with an error that has a stack, a tag, a code and its numbers", async () => {
    const { anna } = await openWorkshop()
    const error = await anna.workshop.machines.get(NOBODY).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ _tag: "NotFound", name: "NotFound", code: "NOT_FOUND", status: 404 })
    expect(NotFound.is(error)).toBe(true)
    expect((error as Error).stack).toContain(".ts")
  })

  test(".result() gives the same as a value, and no rejection escapes", async () => {
    const { anna } = await openWorkshop()
    expect(await anna.workshop.machines.get(NOBODY).result()).toMatchObject({ ok: false, replayed: false })
    expect(await anna.workshop.machines.list().result()).toEqual({
      ok: true,
      replayed: false,
      seq: null,
      value: { items: [], next: null },
    })
  })

  test.each(["get", undefined, 5, {}, "'; --"])("the id %j is one that nobody has", async (id) => {
    const { anna } = await openWorkshop()
    expect(await tagOf(anna.workshop.machines.get(id as Machine["id"]))).toBe("NotFound")
  })

  test("a closed engine says so", async () => {
    const { engine, anna } = await openWorkshop()
    await engine.close()
    expect(await tagOf(anna.workshop.machines.list())).toBe("StoreClosed")
    expect(await tagOf(anna.workshop.run({ plan: "x" }))).toBe("StoreClosed")
  })
})
