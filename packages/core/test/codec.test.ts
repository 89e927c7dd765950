import { inspect } from "node:util"
import {
  boolean,
  children,
  choice,
  currency,
  date,
  decimal,
  defaulted,
  duration,
  entity,
  type Field,
  instant,
  integer,
  json,
  money,
  optional,
  percent,
  price,
  quantity,
  ref,
  stored,
  text,
  zoned,
} from "@anbud/core"
import { describe, expect, test } from "vitest"
import { decode } from "../src/facets/codec.ts"
import { NOBODY } from "./workshop.ts"

const Target = entity("target", { a: text() })
const KINDS = {
  text: text({ maxLength: 5 }),
  currency: currency(),
  integer: integer({ min: -10, max: 10 }),
  whole: integer(),
  decimal: decimal(),
  price: price(),
  quantity: quantity(),
  percent: percent(),
  duration: duration({ min: 1 }),
  money: money(),
  date: date(),
  instant: instant(),
  zoned: zoned(),
  boolean: boolean(),
  choice: choice(["a", "b"]),
  ref: ref(Target),
  json: json(),
} as const satisfies Record<string, Field>
type Name = keyof typeof KINDS

const one = (kind: Name, value: unknown) => decode({ value: KINDS[kind] }, { value }, "create")

const GOOD: Readonly<Record<Name, readonly unknown[]>> = {
  text: ["", "abcde", "😀😀😀😀😀", "\r\n\t", "\u202eabc", "e\u0301", "__pro", "' or"],
  currency: ["SEK", "JPY", "KWD"],
  integer: [-10, 0, 10],
  whole: [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  decimal: ["0", "-1.5", "999999999999999.999999", "0.000001"],
  price: ["0.045", "-12.5", "9007199254"],
  quantity: ["1", "0.000001"],
  percent: [0, 250_000, -1],
  duration: [1, 36],
  money: [
    { minor: 0, currency: "SEK" },
    { minor: -1, currency: "JPY" },
  ],
  date: ["2024-02-29", "1900-01-01", "2199-12-31", "2000-02-29"],
  instant: ["2026-03-29T08:00:00.000Z", "2199-12-31T23:59:59.999Z"],
  zoned: [
    { local: "2026-03-29T02:30", zone: "Europe/Stockholm" },
    { local: "2026-01-01T00:00", zone: "UTC" },
  ],
  boolean: [true, false],
  choice: ["a", "b"],
  ref: [NOBODY],
  json: [null, {}, [], { a: [{ b: "1.5" }] }, 5, "x", true],
}

/** Rows 13 to 47 of the catalogue of bad input, as far as one value goes. */
const EVERY_KIND = [
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,

  10n,
  Symbol("x"),
  () => 1,
  new Date(0),
  /x/,
  new Map(),
  Buffer.from("x"),
  Object.create({ inherited: 1 }),
  new (class A {})(),
]
const NO_NUMBER: readonly unknown[] = ["5", "", true, [5], { valueOf: 5 }, null, {}]
const NO_TEXT: readonly unknown[] = [5, true, ["a"], { toString: "a" }, null, {}]
const NO_DECIMAL = [
  "1e9",
  "1e9000000",
  "NaN",
  "Infinity",
  "0x10",
  "1,5",
  "1 000",
  "+1",
  "01",
  ".5",
  "5.",
  "",
  " 1",
  "--1",
  "１２",
  "\u22121",
  "1".repeat(40),
  `0.${"1".repeat(40)}`,
  "0.1234567",
  "1".repeat(16),
  5,
  0.1,
]
const BAD: Readonly<Record<Name, readonly unknown[]>> = {
  text: [...NO_TEXT, "abcdef", "😀😀😀😀😀😀", "a\u0000", "\ud800", "\udc00\ud800", "\ufffe"],
  currency: [...NO_TEXT, "sek", "SEKK", "ZZZ", "XAU", "SEK\n", ""],
  integer: [...NO_NUMBER, 11, -11, 0.5],
  whole: [2 ** 53, 2 ** 53 + 2, 2 ** 63, 1.5, -(2 ** 53)],
  decimal: [...NO_TEXT, ...NO_DECIMAL],
  price: [...NO_TEXT, ...NO_DECIMAL, "9007199255"],
  quantity: [...NO_TEXT, ...NO_DECIMAL, "-9007199255"],
  percent: [...NO_NUMBER, 0.25, 2 ** 53],
  duration: [...NO_NUMBER, 0, -1, 7.5, "1:75"],
  money: [
    5,
    "5 SEK",
    null,
    {},
    { minor: 1 },
    { currency: "SEK" },
    { minor: 1.5, currency: "SEK" },
    { minor: 2 ** 53, currency: "SEK" },
    { minor: "1", currency: "SEK" },
    { minor: 1, currency: "ZZZ" },
    { minor: 1, currency: "SEK", extra: 1 },
    [1, "SEK"],
  ],
  date: [
    ...NO_TEXT,
    "2025-02-29",
    "2025-04-31",
    "2025-13-01",
    "2025-00-10",
    "2025-01-00",
    "1899-12-31",
    "2200-01-01",
    "0000-01-01",
    "10000-01-01",
    "+010000-01-01",
    "2025-1-1",
    "2025-01-01T00:00",
    "infinity",
    "2025-01-01\n",
    "２０２５-01-01",
    "1900-02-29",
  ],
  instant: [
    ...NO_TEXT,
    "2026-03-29T24:00:00.000Z",
    "2026-03-29T23:59:60.000Z",
    "2026-03-29T08:00:00Z",
    "2026-03-29T08:00:00.000",
    "2026-03-29T08:00:00.000+01:00",
    "2026-03-29T08:00:00.000-00:00",
    "2026-03-29T08:60:00.000Z",
    "2026-02-30T08:00:00.000Z",
    "1582-10-10T00:00:00.000Z",
    "2026-03-29 08:00:00.000Z",
    "2026-03-29T08:00:00.000z",
  ],
  zoned: [
    "2026-03-29T02:30",
    null,
    {},
    { local: "2026-03-29T02:30" },
    { local: "2026-03-29T24:00", zone: "UTC" },
    { local: "2026-03-29T02:30:00", zone: "UTC" },
    { local: "2026-03-29T02:30", zone: "Mars/Olympus" },
    { local: "2026-03-29T02:30", zone: "+01:00" },
    { local: "2026-03-29T02:30", zone: "" },
    { local: "2026-03-29T02:30", zone: "UTC", x: 1 },
  ],
  boolean: ["true", "false", 1, 0, null, "", [true]],
  choice: [...NO_TEXT, "c", "A", "", "toString", "length"],
  ref: [...NO_TEXT, "", "a b", "a'b", "x".repeat(64), "å", "../x", "a\u0000"],
  json: [
    { a: 0.5 },
    [0.1],
    2 ** 53,
    { a: "\u0000" },
    { "\ud800": 1 },
    ["\udfff"],
    { a: undefined, b: [undefined] },
    { f: () => 1 },
    { d: new Date(0) },
    { n: Number.NaN },
    { big: 1n },
  ],
}

describe.each(Object.keys(KINDS) as Name[])("%s", (kind) => {
  test("takes what it is made for", () => {
    for (const value of GOOD[kind])
      expect(one(kind, value), JSON.stringify(value)).toEqual({ ok: true, values: { value } })
  })

  test("refuses everything else, with its path", () => {
    for (const value of [...BAD[kind], ...EVERY_KIND]) {
      const decoded = one(kind, value)
      expect(decoded.ok, `${kind} ${inspect(value)}`).toBe(false)
      if (decoded.ok) continue
      for (const { path, message } of decoded.issues) {
        expect(path).toMatch(/^value/)
        expect(message).toMatch(/^(must|is) /)
      }
    }
  })
})

test("minus zero is zero, and decimals lose their trailing zeros", () => {
  expect(one("whole", -0)).toStrictEqual({ ok: true, values: { value: 0 } })
  for (const [given, kept] of [
    ["12.50", "12.5"],
    ["-0", "0"],
    ["-0.000", "0"],
    ["1.000000", "1"],
    ["0.1000000000", "0.1"],
  ])
    for (const kind of ["decimal", "price", "quantity"] as const)
      expect(one(kind, given), given).toEqual({ ok: true, values: { value: kept } })
})

describe("objects", () => {
  const Leaf = entity("leaf", { n: integer({ min: 1 }) })
  const fields = {
    name: text(),
    note: optional(text()),
    count: defaulted(integer(), 3),
    sum: stored(integer()),
    leaves: children(Leaf, { by: "tree" }),
  }

  test("missing, null, empty: a default fills in, null empties, nothing else is made up", () => {
    expect(decode(fields, { name: "" }, "create")).toEqual({
      ok: true,
      values: { name: "", note: null, count: 3, leaves: [] },
    })
    expect(decode(fields, { name: "x", note: null, leaves: [] }, "create")).toMatchObject({
      ok: true,
      values: { note: null },
    })
    expect(decode(fields, { name: undefined, count: 0 }, "create")).toEqual({
      ok: false,
      issues: [{ path: "name", message: "is missing" }],
    })
    expect(decode(fields, { note: null }, "patch")).toEqual({ ok: true, values: { note: null } })
    expect(decode(fields, {}, "patch")).toEqual({ ok: true, values: {} })
  })

  test("every issue is listed, unknown keys and stored ones by name", () => {
    const decoded = decode(fields, { nam: "x", sum: 5, count: null, leaves: [{ n: 1 }, { n: 0, m: 1 }, 5] }, "create")
    expect(decoded.ok ? [] : decoded.issues.map(({ path }) => path).sort()).toEqual(
      ["count", "leaves[1].m", "leaves[1].n", "leaves[2]", "nam", "name", "sum"].sort(),
    )
  })

  test.each([
    ["__proto__", JSON.parse('{"name":"x","__proto__":{"isAdmin":true}}')],
    ["constructor", JSON.parse('{"name":"x","constructor":{"prototype":{"isAdmin":true}}}')],
    ["prototype", { name: "x", prototype: 1 }],
    ["name", Object.defineProperty({}, "name", { get: () => "x", enumerable: true })],
    ["[0]", ["x"]],
    ["Symbol(s)", { name: "x", [Symbol("s")]: 1 }],
  ])("%s is no plain input", (path, given) => {
    const decoded = decode(fields, given, "create")
    expect(decoded.ok).toBe(false)
    if (!decoded.ok && path !== "[0]") expect(decoded.issues[0]?.path).toBe(path)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  test("a getter is never run, and a proxy is read once", () => {
    let runs = 0
    const getter = Object.defineProperty({}, "name", { get: () => String(++runs), enumerable: true })
    expect(decode(fields, getter, "create").ok).toBe(false)
    expect(runs).toBe(0)
    const reads: PropertyKey[] = []
    const proxy = new Proxy(
      { name: "x" },
      {
        getOwnPropertyDescriptor: (_, key) => {
          reads.push(key)
          return { value: reads.length === 1 ? "x" : "changed", enumerable: true, configurable: true, writable: true }
        },
      },
    )
    expect(decode(fields, proxy, "create")).toMatchObject({ values: { name: "x" } })
  })

  test("a list with an iterator, a gap or names of its own is no plain list", () => {
    const endless = Object.assign([{ n: 1 }], {
      [Symbol.iterator]: function* () {
        for (;;) yield { n: 1 }
      },
    })
    const gap = [{ n: 1 }, { n: 1 }]
    delete gap[0]
    for (const leaves of [
      endless,
      gap,
      Object.assign([{ n: 1 }], { extra: 1 }),
      new (class extends Array {})(),
      new Uint8Array(2),
      { length: 1, 0: { n: 1 } },
    ])
      expect(decode(fields, { name: "x", leaves }, "create").ok).toBe(false)
  })

  test("depth, length and size have limits, and none overflows the stack", () => {
    const deep = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), 1)
    expect(decode({ value: json() }, { value: deep(60) }, "create").ok).toBe(true)
    for (const value of [deep(65), deep(100_000), Array.from({ length: 100_001 }, () => 1), "x".repeat(1_000_001)]) {
      const started = performance.now()
      expect(decode({ value: json() }, { value }, "create").ok).toBe(false)
      expect(performance.now() - started).toBeLessThan(1000)
    }
    const circle: Record<string, unknown> = {}
    circle["self"] = circle
    expect(decode({ value: json() }, { value: circle }, "create").ok).toBe(false)
  })
})
