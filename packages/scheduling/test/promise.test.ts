import { expect, test } from "vitest"
import { explainPromise, isoOf, promise } from "../src/index.ts"
import { person, planned, shop } from "./fixtures.ts"

const paint = { id: "paint", effortMinutes: 40 * 60, demand: [{ skill: "painter" }] } as const
const dry = { id: "dry", effortMinutes: 8 * 60, demand: [{ skill: "painter" }] } as const
const quote = { id: "q-1", activities: [paint, dry], precedences: [{ from: "paint", to: "dry" }] }

const promised = (data = shop()) => {
  const plan = planned(data)
  const given = promise(plan, quote)
  if (!given.ok) throw new Error(JSON.stringify(given.error))
  return { ...given.value, text: explainPromise(given.value, plan, "en"), sv: explainPromise(given.value, plan, "sv") }
}

test("a free person delivers after exactly the working time", () => {
  const given = promised()
  expect(given.deterministic?.date).toBe("2026-03-09")
  expect(isoOf(given.deterministic!.finish)).toBe("2026-03-09T16:00Z")
})

test("an absence moves the date and is the printed reason", () => {
  const absences = [{ from: "2026-03-04", to: "2026-03-06", reason: "parental leave" }]
  const given = promised(
    shop({ resources: [person("anna", { name: "Anna", skills: [{ skill: "painter" }], absences })] }),
  )
  expect(given.deterministic?.date).toBe("2026-03-12")
  expect(given.text).toContain("24 h 00 min: Anna is away (parental leave) 2026-03-04 – 2026-03-06")
  expect(given.sv).toContain("Anna är frånvarande (parental leave)")
})

test("booked time moves the date and names the booking", () => {
  const bookings = [
    { id: "b1", resource: "anna", from: "2026-03-02T07:00Z", to: "2026-03-03T16:00Z", label: "Order 1001" },
  ]
  const given = promised(shop({ bookings }))
  expect(given.deterministic?.date).toBe("2026-03-11")
  expect(given.text).toContain("16 h 00 min: Anna is busy with Order 1001")
})

test("the minutes of the chain add up to finish − now", () => {
  const given = promised()
  const minutes = given.criticalChain.reduce(
    (sum, link) => sum + link.workMinutes + link.waits.reduce((waits, wait) => waits + wait.minutes, 0),
    0,
  )
  expect(minutes).toBe(given.deterministic!.finish - given.now)
})
