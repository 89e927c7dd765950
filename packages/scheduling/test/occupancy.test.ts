import { expect, test } from "vitest"
import { occupancy, series, validate } from "../src/index.ts"
import { person, planned, shop } from "./fixtures.ts"

const week = { by: "resource", bucket: "week", from: "2026-03-02", to: "2026-03-08" } as const

test("PO-79 24 h booked of 30 h billable: 80 % of the target and 60 % of the contract", () => {
  const plan = planned(
    shop({
      resources: [person("dag", { billableTargetPpm: 750_000 })],
      bookings: [{ id: "pr1", resource: "dag", from: "2026-03-02T00:00Z", to: "2026-03-09T00:00Z", minutes: 24 * 60 }],
    }),
  )
  expect(occupancy(plan, week)[0]).toMatchObject({
    contract: 2400,
    target: 1800,
    firm: 1440,
    free: 360,
    shareOfTargetPpm: 800_000,
    shareOfContractPpm: 600_000,
  })
  expect(validate(plan)).toEqual([])
})

test("SV-12 20 h held at 60 % shows as tentative 20 h, expected 12 h", () => {
  const plan = planned(
    shop({
      resources: [person("dag")],
      bookings: [
        {
          id: "c5",
          resource: "dag",
          from: "2026-03-02T00:00Z",
          to: "2026-03-09T00:00Z",
          minutes: 1200,
          opportunity: "c5",
        },
      ],
      opportunities: [{ id: "c5", probabilityPpm: 600_000 }],
    }),
  )
  expect(occupancy(plan, week)[0]).toMatchObject({ tentative: 1200, expectedTentative: 720, free: 2400 - 720 })
})

test("a booking on a day off is overload in its own minutes", () => {
  const bookings = [{ id: "b", resource: "anna", from: "2026-03-07T08:00Z", to: "2026-03-07T12:00Z" }]
  expect(occupancy(planned(shop({ bookings })), week)[0]).toMatchObject({ firm: 240, overload: 240, capacity: 2400 })
})

test("charts: load and heatmap", () => {
  const bookings = [{ id: "b", resource: "anna", from: "2026-03-02T07:00Z", to: "2026-03-02T16:00Z" }]
  const rows = occupancy(planned(shop({ bookings })), { ...week, to: "2026-03-15" })
  expect(series.load(rows)[0]).toMatchObject({
    labels: ["2026-W10", "2026-W11"],
    capacity: [2400, 2400],
    firm: [480, 0],
  })
  expect(series.heatmap(rows).cells).toEqual([[200_000, 0]])
})
