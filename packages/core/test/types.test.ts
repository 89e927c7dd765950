/**
 * Types: what the compiler knows. The statements below are checked by `tsc -b`, which reads the tests; each
 * `@ts-expect-error` is a wrong call that must not compile.
 */
import {
  type CommonRefusal,
  type CreateOf,
  createEngine,
  type EffectSession,
  type Id,
  type LongOptions,
  type PatchOf,
  type ReadRefusal,
  type Refusal,
  type RefusalOf,
  type Row,
  type RowOf,
  type Session,
} from "@anbud/core"
import type { Effect } from "effect/Effect"
import { expect, expectTypeOf, test } from "vitest"
import {
  type Machine,
  type Machine as MachineEntity,
  machine,
  openWorkshop,
  type plugins,
  type TooMany,
  workshop,
} from "./workshop.ts"

type Fields = typeof MachineEntity.fields
type Anna = Session<typeof plugins>

test("a row has every value, null where it may be missing, and no children", () => {
  type R = RowOf<Fields>
  expectTypeOf<R["code"]>().toEqualTypeOf<string>()
  expectTypeOf<R["note"]>().toEqualTypeOf<string | null>()
  expectTypeOf<R["count"]>().toEqualTypeOf<number>()
  expectTypeOf<R["doubled"]>().toEqualTypeOf<number | null>()
  expectTypeOf<R["state"]>().toEqualTypeOf<"new" | "used">()
  expectTypeOf<R["twin"]>().toEqualTypeOf<Id<"machine"> | null>()
  expectTypeOf<R>().not.toHaveProperty("parts")
  expectTypeOf<Row<typeof MachineEntity>>().toExtend<Machine>()
})

test("a create needs what is required, may give the rest, children nested, and never what is stored", () => {
  type C = CreateOf<Fields>
  expectTypeOf<{ code: string; label: string; currency: string }>().toExtend<C>()
  expectTypeOf<C["parts"]>().toExtend<readonly { readonly name: string }[] | undefined>()
  expectTypeOf<C>().not.toHaveProperty("doubled")
  expectTypeOf<C>().not.toHaveProperty("id")
})

test("a patch may give any value, and neither children nor what is stored", () => {
  type P = PatchOf<Fields>
  expectTypeOf<Record<never, never>>().toExtend<P>()
  expectTypeOf<P["note"]>().toEqualTypeOf<string | null | undefined>()
  expectTypeOf<P["label"]>().toEqualTypeOf<string | undefined>()
  expectTypeOf<P>().not.toHaveProperty("parts")
  expectTypeOf<P>().not.toHaveProperty("doubled")
})

test("the error of a call is one of its own refusals or a common one", () => {
  type ErrorOf<K extends "raise" | "run" | "totalOf"> = Awaited<
    ReturnType<ReturnType<Anna["workshop"][K]>["result"]>
  > extends infer O
    ? O extends { readonly ok: false; readonly error: infer E }
      ? E
      : never
    : never
  expectTypeOf<RefusalOf<typeof TooMany>>().toExtend<ErrorOf<"raise">>()
  expectTypeOf<ErrorOf<"raise">["_tag"]>().toEqualTypeOf<CommonRefusal["_tag"] | "TooMany">()
  expectTypeOf<ErrorOf<"totalOf">["_tag"]>().toEqualTypeOf<ReadRefusal["_tag"]>()
  expectTypeOf<"UnknownTenant">().toExtend<ReadRefusal["_tag"]>()
})

test("`.result()` of every kind of call lists exactly what it may refuse", () => {
  type Tags<Call> = Call extends (...given: never) => { result(): Promise<infer O> }
    ? Extract<O, { readonly ok: false }> extends { readonly error: { readonly _tag: infer T } }
      ? T
      : never
    : never
  type Common = CommonRefusal["_tag"]
  type Read = ReadRefusal["_tag"]
  type Machines = Anna["workshop"]["machines"]
  expectTypeOf<Tags<Anna["workshop"]["raise"]>>().toEqualTypeOf<Common | "TooMany">()
  expectTypeOf<Tags<Anna["workshop"]["raise"]["preview"]>>().toEqualTypeOf<Common | "TooMany">()
  expectTypeOf<Tags<Anna["workshop"]["totalOf"]>>().toEqualTypeOf<Read>()
  expectTypeOf<Tags<Anna["search"]>>().toEqualTypeOf<Read | "InvalidCursor">()
  expectTypeOf<Tags<Machines["create"]>>().toEqualTypeOf<Common>()
  expectTypeOf<Tags<Machines["patch"]>>().toEqualTypeOf<Common>()
  expectTypeOf<Tags<Machines["massUpdate"]>>().toEqualTypeOf<Common | "MassUpdateRefused" | "BatchCancelled">()
  expectTypeOf<Tags<Machines["undo"]>>().toEqualTypeOf<Common | "MassUpdateRefused" | "BatchCancelled">()
  expectTypeOf<Tags<Machines["undo"]["preview"]>>().toEqualTypeOf<Common | "MassUpdateRefused">()
  expectTypeOf<Tags<Machines["import"]>>().toEqualTypeOf<Common | "ImportRejected" | "BatchCancelled">()
  expectTypeOf<Tags<Machines["get"]>>().toEqualTypeOf<Read>()
  expectTypeOf<Tags<Machines["parts"]>>().toEqualTypeOf<Read>()
  expectTypeOf<Tags<Machines["history"]>>().toEqualTypeOf<Read | "InvalidCursor">()
  expectTypeOf<Tags<Machines["count"]>>().toEqualTypeOf<Read>()
  expectTypeOf<Tags<Machines["list"]>>().toEqualTypeOf<Read | "InvalidCursor">()
  expectTypeOf<Tags<Machines["report"]>>().toEqualTypeOf<Read | "InvalidCursor">()
  expectTypeOf<Tags<Machines["search"]>>().toEqualTypeOf<Read | "InvalidCursor">()
  expectTypeOf<Tags<Machines["batches"]["massUpdate"]>>().toEqualTypeOf<Common>()
  expectTypeOf<Tags<Machines["batches"]["import"]>>().toEqualTypeOf<Common | "ImportRejected">()
  expectTypeOf<Tags<Machines["batches"]["undo"]>>().toEqualTypeOf<Common>()
  expectTypeOf<Tags<Machines["batches"]["rows"]>>().toEqualTypeOf<Read | "InvalidCursor">()
  expectTypeOf<Tags<Machines["batches"]["wait"]>>().toEqualTypeOf<Common>()
})

test("the Effect face has the same refusals in its error channel, for long work too", () => {
  type Failure<Call> = Call extends (...given: never) => Effect<unknown, infer E>
    ? E extends Refusal
      ? E["_tag"]
      : never
    : never
  type Quiet = EffectSession<typeof plugins>["workshop"]
  type Common = CommonRefusal["_tag"]
  expectTypeOf<Failure<Quiet["raise"]>>().toEqualTypeOf<Common | "TooMany">()
  expectTypeOf<Failure<Quiet["machines"]["massUpdate"]>>().toEqualTypeOf<
    Common | "MassUpdateRefused" | "BatchCancelled"
  >()
  expectTypeOf<Failure<Quiet["machines"]["import"]>>().toEqualTypeOf<Common | "ImportRejected" | "BatchCancelled">()
  expectTypeOf<Failure<Quiet["machines"]["batches"]["wait"]>>().toEqualTypeOf<Common>()
  expectTypeOf<Parameters<Quiet["machines"]["massUpdate"]>[1]>().toEqualTypeOf<LongOptions | undefined>()
})

test("a tag narrows an error to its numbers", async () => {
  const { anna } = await openWorkshop()
  const { id } = await anna.workshop.machines.create(machine("A"))
  const outcome = await anna.workshop.raise({ machine: id, by: 50 }).result()
  if (outcome.ok || outcome.error._tag !== "TooMany") throw new Error("expected TooMany")
  expectTypeOf(outcome.error.params).toEqualTypeOf<{ readonly given: number; readonly most: number }>()
  expect(outcome.error.params.given).toBe(51)
})

test("wrong calls do not compile, and are refused all the same", async () => {
  const { anna } = await openWorkshop()
  const { machines } = anna.workshop
  const refused = async (call: { result(): Promise<{ readonly ok: boolean }> }) =>
    expect((await call.result()).ok).toBe(false)
  // @ts-expect-error a required value is missing
  await refused(machines.create({ code: "A" }))
  // @ts-expect-error there is no such field
  await refused(machines.create({ ...machine("A"), ghost: 1 }))
  // @ts-expect-error a stored value is not the caller's
  await refused(machines.create({ ...machine("A"), doubled: 4 }))
  // @ts-expect-error not one of the choices
  await refused(machines.create({ ...machine("A"), state: "broken" }))
  // @ts-expect-error a required value cannot be emptied
  await refused(machines.patch({ id: "x", set: { label: null } }))
  // @ts-expect-error no field to filter by
  await refused(machines.list({ where: { ghost: 1 } }))
  // @ts-expect-error a number is compared with numbers
  await refused(machines.list({ where: { count: "5" } }))
  // @ts-expect-error there are no parts of this name
  await refused(machines.parts("x", "bolts"))
  // @ts-expect-error the file gives a field that there is not
  await refused(machines.import({ file: "f", text: "", key: ["code"], columns: { code: "c", ghost: "g" } }))
  // @ts-expect-error there is no such call
  expect(() => anna.workshop.destroy({})).toThrow(TypeError)
  // @ts-expect-error the key of a plugin is its id
  await expect(createEngine({ store: {} as never, plugins: { shop: workshop } })).rejects.toMatchObject({
    _tag: "DefinitionInvalid",
  })
})
