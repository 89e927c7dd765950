/** How jobs come and how they are claimed. */
import { outcomeOf, TENANT } from "../storeCase.ts"
import { adding, claiming, idsOf, type JobsCase, minute, newJob, only } from "./jobsCase.ts"

/** The cases about adding. */
export const addingCases: readonly JobsCase[] = [
  {
    sentence: "Adds jobs in the caller's transaction: they are there if it commits, and not if it rolls back.",
    run: async (place, expect) => {
      const { store, jobs } = place
      const failing = store.write(async (tx) => {
        await jobs.add(tx, TENANT, [newJob("a")])
        throw new Error("no")
      })
      expect(await outcomeOf(failing)).toBe("bug")
      expect(await claiming(place, 0)).toEqual([])
      await adding(place, newJob("a", { actsFor: "per", body: { invoice: "i-1", seats: ["x", "y"], count: 3 } }))
      const job = only(await claiming(place, 0))
      expect([job.tenant, job.id, job.kind, job.key, job.actsFor]).toEqual([TENANT, "a", "remind", "a", "per"])
      expect([job.body, job.attempt, job.dueAt]).toEqual([
        { invoice: "i-1", seats: ["x", "y"], count: 3 },
        1,
        minute(0),
      ])
    },
  },
  {
    sentence:
      "A job whose kind and key are known is not added again, whether it waits, runs, is parked, done or discarded.",
    run: async (place, expect) => {
      const { store, jobs } = place
      const again = async (id: string): Promise<number> => {
        await adding(place, newJob(id, { key: "k" }), newJob(`${id}-twin`, { key: "k" }))
        return (await jobs.counts(TENANT)).waiting
      }
      expect(await again("a")).toBe(1)
      expect(await again("b")).toBe(1)
      const job = only(await claiming(place, 0))
      expect(await again("c")).toBe(0)
      await jobs.park(job, { tag: "Broken", params: {} })
      expect(await again("d")).toBe(0)
      await jobs.retry(TENANT, job.id, minute(1))
      const tried = only(await claiming(place, 1))
      await store.write((tx) => jobs.finish(tx, tried, minute(2)))
      expect(await again("e")).toBe(0)
      await adding(place, newJob("f", { key: "k", kind: "expire" }), newJob("g", { key: "l" }))
      expect(idsOf(await claiming(place, 3))).toEqual(["f", "g"])
    },
  },
  {
    sentence: "Gives the tenants that have a job of these kinds to claim, in order.",
    run: async (place, expect) => {
      const { store, jobs } = place
      for (const tenant of ["zeta", "acme", "later"])
        await store.write((tx) => jobs.add(tx, tenant, [newJob("a", { dueAt: minute(tenant === "later" ? 5 : 0) })]))
      expect(await jobs.tenants(["remind"], minute(0))).toEqual(["acme", "zeta"])
      expect(await jobs.tenants(["expire"], minute(0))).toEqual([])
      await claiming(place, 0, {}, "acme")
      expect(await jobs.tenants(["remind"], minute(6))).toEqual(["later", "zeta"])
      expect(await jobs.tenants(["remind"], minute(11))).toEqual(["acme", "later", "zeta"])
    },
  },
]

/** The cases about claiming. */
export const claimingCases: readonly JobsCase[] = [
  {
    sentence: "Claims jobs that are due, and nobody else gets them before the lease ends.",
    run: async (place, expect) => {
      await adding(
        place,
        newJob("b", { dueAt: minute(2) }),
        newJob("a", { dueAt: minute(1) }),
        newJob("c", { dueAt: minute(9) }),
      )
      expect(await claiming(place, 0)).toEqual([])
      expect(idsOf(await claiming(place, 3, { limit: 1 }))).toEqual(["a"])
      const both = await Promise.all([claiming(place, 3), claiming(place, 3, { worker: "w2" })])
      expect(idsOf(both.flat())).toEqual(["b"])
      expect(await claiming(place, 3, {}, "other")).toEqual([])
      expect(idsOf(await claiming(place, 10, { id: "c" }))).toEqual(["c"])
    },
  },
  {
    sentence: "Jobs of other kinds stay where they are.",
    run: async (place, expect) => {
      await adding(place, newJob("a"), newJob("b", { kind: "expire" }))
      expect(idsOf(await claiming(place, 0, { kinds: ["expire"] }))).toEqual(["b"])
      expect(idsOf(await claiming(place, 0, { kinds: [] }))).toEqual([])
      expect((await place.jobs.counts(TENANT)).waiting).toBe(1)
    },
  },
  {
    sentence: "A job whose lease has ended is claimed again, under a higher fence.",
    run: async (place, expect) => {
      await adding(place, newJob("a"))
      const first = only(await claiming(place, 0))
      expect(await claiming(place, 9)).toEqual([])
      const second = only(await claiming(place, 11, { worker: "w2" }))
      expect([second.attempt, second.fence - first.fence]).toEqual([2, 1])
    },
  },
  {
    sentence:
      "Of the jobs in one stream only the first is claimed; the next is due once that one is finished, parked or discarded.",
    run: async (place, expect) => {
      const { store, jobs } = place
      const inStream = (id: string, at: number) => newJob(id, { stream: "invoice/1", place: at })
      await adding(place, inStream("a", 1), inStream("b", 2), inStream("c", 3), inStream("d", 4), newJob("free"))
      const [first, ...others] = await claiming(place, 0)
      expect([first?.id, ...idsOf(others)].sort()).toEqual(["a", "free"])
      const a = [first, ...others].find((job) => job?.id === "a")
      expect(await claiming(place, 5)).toEqual([])
      if (a) await store.write((tx) => jobs.finish(tx, a, minute(6)))
      const b = only(await claiming(place, 6))
      expect(b.id).toBe("b")
      await jobs.postpone(b, minute(8), { tag: "Broken", params: {} })
      expect(await claiming(place, 7)).toEqual([])
      const again = only(await claiming(place, 8))
      expect(again.id).toBe("b")
      await jobs.park(again, { tag: "Broken", params: {} })
      const c = only(await claiming(place, 9))
      expect(c.id).toBe("c")
      await jobs.park(c, { tag: "Broken", params: {} })
      await jobs.retry(TENANT, "b", minute(9))
      expect(idsOf(await claiming(place, 10))).toEqual(["b"])
      expect(await jobs.discard(TENANT, "c", minute(10))).toBe(true)
    },
  },
  {
    sentence: "A job that was claimed as often as it may be and was not finished is parked.",
    run: async (place, expect) => {
      await adding(place, newJob("a"))
      for (const at of [0, 11, 22]) only(await claiming(place, at))
      expect(await claiming(place, 33)).toEqual([])
      const parked = only(await place.jobs.list(TENANT, "parked", 10))
      expect([parked.id, parked.attempts, parked.failure?.tag]).toEqual(["a", 3, "LeaseLost"])
    },
  },
]
