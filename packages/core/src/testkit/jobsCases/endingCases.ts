/** How jobs end: finished, given back, parked, and what becomes of a worker that is too late. */
import type { ClaimedJob } from "../../kernel/work/jobs.ts"
import { outcomeOf, TENANT } from "../storeCase.ts"
import { adding, claiming, idsOf, type JobsCase, minute, newJob, only, type Place } from "./jobsCase.ts"

const BROKEN = { tag: "Broken", params: { at: "the hinge" } }

/** A job that one worker had and another one has now. */
const lostJob = async (place: Place): Promise<ClaimedJob> => {
  await adding(place, newJob("a", { key: "k" }))
  const first = only(await claiming(place, 0))
  only(await claiming(place, 11, { worker: "w2" }))
  return first
}

/** The cases about ending. */
export const endingCases: readonly JobsCase[] = [
  {
    sentence: "Makes the lease longer, and gives false when the job is no longer held.",
    run: async (place, expect) => {
      await adding(place, newJob("a"))
      const job = only(await claiming(place, 0))
      expect(await place.jobs.extend(job, minute(30))).toBe(true)
      expect(await claiming(place, 29)).toEqual([])
      only(await claiming(place, 31))
      expect(await place.jobs.extend(job, minute(60))).toBe(false)
    },
  },
  {
    sentence:
      "Throws `LeaseLost` in the caller's transaction when the job is no longer held, and keeps it held until the end.",
    run: async (place, expect) => {
      const { store, jobs } = place
      const late = await lostJob(place)
      expect(await outcomeOf(store.write((tx) => jobs.hold(tx, late)))).toBe("LeaseLost")
      await adding(place, newJob("b"))
      const job = only(await claiming(place, 12))
      const effect = store.write(async (tx) => {
        await jobs.hold(tx, job)
        await jobs.add(tx, TENANT, [newJob("effect")])
      })
      expect(await outcomeOf(effect)).toBe("nothing")
    },
  },
  {
    sentence: "Ends the job in the caller's transaction, or throws `LeaseLost` when it is no longer held.",
    run: async (place, expect) => {
      const { store, jobs } = place
      const late = await lostJob(place)
      const tooLate = store.write(async (tx) => {
        await jobs.add(tx, TENANT, [newJob("effect")])
        await jobs.finish(tx, late, minute(12))
      })
      expect(await outcomeOf(tooLate)).toBe("LeaseLost")
      expect(await claiming(place, 12)).toEqual([])
      await adding(place, newJob("b"))
      const job = only(await claiming(place, 13))
      const failing = store.write(async (tx) => {
        await jobs.finish(tx, job, minute(13))
        throw new Error("no")
      })
      expect(await outcomeOf(failing)).toBe("bug")
      expect((await jobs.counts(TENANT)).running).toBe(2)
      await store.write((tx) => jobs.finish(tx, job, minute(13)))
      expect((await jobs.counts(TENANT)).running).toBe(1)
      expect(await outcomeOf(store.write((tx) => jobs.finish(tx, job, minute(13))))).toBe("LeaseLost")
    },
  },
  {
    sentence: "Gives the job back, due again at that time. With a failure the attempt counts, without one it does not.",
    run: async (place, expect) => {
      await adding(place, newJob("a"))
      const job = only(await claiming(place, 0))
      expect(await place.jobs.postpone(job, minute(5), BROKEN)).toBe(true)
      const waiting = only(await place.jobs.list(TENANT, "waiting", 10))
      expect([waiting.attempts, waiting.failure, waiting.dueAt]).toEqual([1, BROKEN, minute(5)])
      expect(await claiming(place, 4)).toEqual([])
      const second = only(await claiming(place, 5))
      expect(second.attempt).toBe(2)
      expect(await place.jobs.postpone(second, minute(6), null)).toBe(true)
      expect(await outcomeOf(place.store.write((tx) => place.jobs.hold(tx, second)))).toBe("LeaseLost")
      expect(only(await claiming(place, 6)).attempt).toBe(2)
    },
  },
  {
    sentence: "Gives false when the job is no longer held.",
    run: async (place, expect) => {
      const late = await lostJob(place)
      expect(await place.jobs.postpone(late, minute(12), BROKEN)).toBe(false)
      expect(only(await place.jobs.list(TENANT, "running", 10)).worker).toBe("w2")
    },
  },
  {
    sentence:
      "Parks the job with its failure: nobody claims it until it is retried. Gives false when it is no longer held.",
    run: async (place, expect) => {
      const late = await lostJob(place)
      expect(await place.jobs.park(late, BROKEN)).toBe(false)
      await adding(place, newJob("b"))
      expect(await place.jobs.park(only(await claiming(place, 12)), BROKEN)).toBe(true)
      const parked = only(await place.jobs.list(TENANT, "parked", 10))
      expect([parked.id, parked.failure, parked.worker]).toEqual(["b", BROKEN, null])
      expect(idsOf(await claiming(place, 59))).toEqual(["a"])
    },
  },
  {
    sentence:
      "Makes a parked job due at once, with its attempts counted from the start; gives false if none is parked.",
    run: async (place, expect) => {
      await adding(place, newJob("a"))
      expect(await place.jobs.retry(TENANT, "a", minute(1))).toBe(false)
      await place.jobs.park(only(await claiming(place, 0)), BROKEN)
      expect(await place.jobs.retry("other", "a", minute(1))).toBe(false)
      expect(await place.jobs.retry(TENANT, "a", minute(1))).toBe(true)
      expect(only(await claiming(place, 1)).attempt).toBe(1)
    },
  },
  {
    sentence: "Removes a parked job, whose key stays known; gives false if none is parked.",
    run: async (place, expect) => {
      await adding(place, newJob("a", { key: "k" }))
      expect(await place.jobs.discard(TENANT, "a", minute(1))).toBe(false)
      await place.jobs.park(only(await claiming(place, 0)), BROKEN)
      expect(await place.jobs.discard(TENANT, "a", minute(1))).toBe(true)
      expect(await place.jobs.discard(TENANT, "a", minute(1))).toBe(false)
      await adding(place, newJob("b", { key: "k" }))
      expect(await claiming(place, 2)).toEqual([])
    },
  },
  {
    sentence: "Keeps how far the job has come: it is listed, and given to who claims the job next.",
    run: async (place, expect) => {
      await adding(place, newJob("a"))
      const first = only(await claiming(place, 0))
      expect(first.progress).toBe(null)
      expect(await place.jobs.note(first, { done: 3, total: 7 })).toBe(true)
      expect(only(await place.jobs.list(TENANT, "running", 9)).progress).toEqual({ done: 3, total: 7 })
      const second = only(await claiming(place, 11))
      expect(second.progress).toEqual({ done: 3, total: 7 })
      expect(await place.jobs.note(first, { done: 4, total: 7 })).toBe(false)
      await place.jobs.park(second, BROKEN)
      expect(only(await place.jobs.list(TENANT, "parked", 9)).progress).toEqual({ done: 3, total: 7 })
    },
  },
  {
    sentence: "Lists the tenant's jobs in a state, by when they were due.",
    run: async (place, expect) => {
      await adding(
        place,
        newJob("b", { dueAt: minute(2) }),
        newJob("a", { dueAt: minute(3) }),
        newJob("c", { dueAt: minute(1) }),
      )
      expect(idsOf(await place.jobs.list(TENANT, "waiting", 2))).toEqual(["c", "b"])
      expect(await place.jobs.list("other", "waiting", 2)).toEqual([])
      const job = only(await claiming(place, 1))
      expect(idsOf(await place.jobs.list(TENANT, "running", 9))).toEqual([job.id])
    },
  },
  {
    sentence: "Counts a tenant's jobs, and says since when the oldest waits.",
    run: async (place, expect) => {
      const { jobs } = place
      expect(await jobs.counts(TENANT)).toEqual({ waiting: 0, running: 0, parked: 0, oldestDueAt: null })
      const due = [1, 2, 3, 4].map((at) => newJob(`a${at}`, { dueAt: minute(at) }))
      await adding(place, ...due)
      const [first] = await claiming(place, 2)
      if (first) await jobs.park(first, BROKEN)
      expect(await jobs.counts(TENANT)).toEqual({ waiting: 2, running: 1, parked: 1, oldestDueAt: minute(3) })
    },
  },
]
