/** What closed projects say about the next estimate. Feature ids in the names. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type ClosedProject, learnedEstimate } from "../src/index.ts"

const took = (percent: number, more: Partial<ClosedProject> = {}): ClosedProject => ({
  estimatedMinutes: 100 * 60,
  actualMinutes: percent * 60,
  ...more,
})

describe("SV-76 an estimate learns from similar closed projects", () => {
  test("ratios 0.95, 1.10, 1.20, 1.25 make 200 h 230 h, between 190 h and 250 h", () => {
    expect(
      learnedEstimate(
        { effortMinutes: 200 * 60 },
        [120, 95, 125, 110].map((percent) => took(percent)),
      ),
    ).toEqual({
      ok: true,
      value: {
        effort: {
          projects: 4,
          medianPpm: 1_150_000,
          changePpm: 150_000,
          suggested: 230 * 60,
          least: 190 * 60,
          most: 250 * 60,
        },
        duration: undefined,
        p50MarginPpm: undefined,
        roles: [],
      },
    })
  })

  test("without a project there is nothing to learn", () => {
    const nothing = { effort: undefined, duration: undefined, p50MarginPpm: undefined, roles: [] }
    expect(learnedEstimate({ effortMinutes: 1, durationDays: 1 }, [])).toEqual({ ok: true, value: nothing })
  })

  test("the order of projects makes no difference, and the suggestion lies between least and most", () => {
    const minutes = fc.integer({ min: 1, max: 1_000_000 })
    const projects = fc.array(fc.record({ estimatedMinutes: minutes, actualMinutes: minutes }), { minLength: 1 })
    fc.assert(
      fc.property(projects, minutes, (history, effortMinutes) => {
        const learned = learnedEstimate({ effortMinutes }, history)
        expect(learnedEstimate({ effortMinutes }, history.toReversed())).toEqual(learned)
        const { least, suggested, most } = (learned.ok ? learned.value.effort : undefined)!
        expect(least <= suggested && suggested <= most).toBe(true)
      }),
    )
  })
})

describe("SV-77 the same for duration, margin and roles", () => {
  test("10 weeks planned, a median of 12 taken: +20 %, with the median margin and the split of roles", () => {
    const weeks = (actual: number, marginPpm: number, design: number): ClosedProject =>
      took(100, {
        plannedDays: 70,
        actualDays: actual * 7,
        marginPpm,
        minutesByRole: { design: design * 60, build: 180 * 60, "project lead": 60 },
      })
    const history = [weeks(11, 280_000, 40), weeks(12, 340_000, 60), weeks(15, 300_001, 80), took(100)]
    const learned = learnedEstimate({ effortMinutes: 100 * 60, durationDays: 70 }, history)
    expect(learned).toMatchObject({
      ok: true,
      value: {
        duration: { projects: 3, medianPpm: 1_200_000, changePpm: 200_000, suggested: 84, least: 77, most: 105 },
        effort: { projects: 4, changePpm: 0 },
        p50MarginPpm: 300_001,
        // 540, 180 and 3 hours of 723.
        roles: [
          { role: "build", sharePpm: 746_888 },
          { role: "design", sharePpm: 248_963 },
          { role: "project lead", sharePpm: 4_149 },
        ],
      },
    })
  })

  test("roles named like prototypes are roles", () => {
    const minutesByRole = JSON.parse('{ "__proto__": 1, "constructor": 3 }') as Record<string, number>
    const learned = learnedEstimate({ effortMinutes: 1 }, [took(100, { minutesByRole })])
    expect(learned).toMatchObject({
      value: {
        roles: [
          { role: "constructor", sharePpm: 750_000 },
          { role: "__proto__", sharePpm: 250_000 },
        ],
      },
    })
  })
})

test.each<[string, unknown, readonly unknown[]]>([
  ["estimate.effortMinutes", { effortMinutes: 0 }, []],
  ["estimate.durationDays", { effortMinutes: 1, durationDays: 0.5 }, []],
  ["projects[1].estimatedMinutes", { effortMinutes: 1 }, [took(100), took(100, { estimatedMinutes: 0 })]],
  ["projects[0].actualMinutes", { effortMinutes: 1 }, [took(100, { actualMinutes: -1 })]],
  ["projects[0].plannedDays", { effortMinutes: 1 }, [took(100, { actualDays: 3 })]],
  ["projects[0].actualDays", { effortMinutes: 1 }, [took(100, { plannedDays: 3 })]],
  ["projects[0].marginPpm", { effortMinutes: 1 }, [took(100, { marginPpm: Number.NaN })]],
  ["projects[0].minutesByRole", { effortMinutes: 1 }, [took(100, { minutesByRole: { a: -1 } })]],
  ["projects", { effortMinutes: 2 ** 52 }, [took(10_000)]],
])("InvalidHistory at %s", (path, estimate, projects) => {
  const refused = learnedEstimate(estimate as { effortMinutes: number }, projects as readonly ClosedProject[])
  expect(refused).toEqual({ ok: false, error: { _tag: "InvalidHistory", path } })
})
