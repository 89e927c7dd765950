/**
 * Best order: plans the same work in many orders of equal claims and keeps the best plan.
 *
 * Status and priority always decide first. Within them each activity has a key, and keys are bred: a child takes most
 * keys from a good parent (random keys after Bean 1994, biased as in Gonçalves and Resende 2011). The first keys are
 * the latest finishes, and those finishes that the first plan leaves free, which is forward-backward improvement.
 */
import type { Policy } from "./data.ts"
import { WHOLE } from "./model.ts"
import { keysOf, orderByKeys } from "./order.ts"
import type { Drawn } from "./planning.ts"
import { streamOf } from "./search/random.ts"
import type { Sheet } from "./sheet.ts"
import type { Steps } from "./steps.ts"

/** Share of a child's keys that come from the better parent. */
const FROM_BETTER = 0.7
/** Key of a stream of its own. */
const PURPOSE = 0x0b
/** Orders between two looks at the signal. */
const STRIDE = 8

interface Member {
  readonly keys: Float64Array
  readonly drawn: Drawn
  readonly score: readonly number[]
}

/** The best of `policy.schedules` plans, never worse than `first`, and whether it was stopped before. */
export function* bestOrder(
  first: Drawn,
  policy: Policy,
  draw: (order: readonly number[]) => Drawn,
): Steps<{ readonly drawn: Drawn; readonly isStopped: boolean }> {
  const budget = Math.min(policy.schedules ?? 1, 100_000)
  const { model } = first.sheet
  const random = streamOf(policy.seed ?? 1, PURPOSE)
  const usual = keysOf(model.activities, model.to)
  const members = [memberOf(usual, first)]
  const most = Math.max(4, Math.min(200, Math.round(Math.sqrt(budget))))
  const evaluate = (keys: Float64Array): Member => memberOf(keys, draw(orderByKeys(model.activities, keys)))
  for (let used = 1; used < budget; used++) {
    if (used % STRIDE === 0 && (yield { done: used, of: budget })) return { drawn: members[0]!.drawn, isStopped: true }
    if (isIdeal(members[0]!)) break
    const keys =
      used % 3 === 1 && members.length > 1 && used > most
        ? latestInPlan(members[Math.floor(random() * Math.min(3, members.length))]!.drawn.sheet, random)
        : used === 1
          ? latestInPlan(first.sheet, () => 0)
          : members.length < most
            ? shaken(usual, random, model.to - first.sheet.now)
            : crossed(members, random)
    insertByScore(members, evaluate(keys), most)
  }
  return { drawn: members[0]!.drawn, isStopped: false }
}

const memberOf = (keys: Float64Array, drawn: Drawn): Member => ({ keys, drawn, score: scoreOf(drawn) })

/** Work without a place, lateness of deadlines and of wished dates, the last finish, and the sum of all. */
const scoreOf = ({ sheet, unplaced }: Drawn): readonly number[] => {
  let late = 0
  let wished = 0
  let last = 0
  let sum = 0
  for (const each of sheet.placements) {
    if (each === undefined) continue
    const { finish } = each.assignment
    late += Math.max(0, finish - (each.activity.deadline ?? finish))
    wished += Math.max(0, finish - (each.activity.due ?? finish))
    last = Math.max(last, finish)
    sum += finish
  }
  return [unplaced.length, late, wished, last, sum]
}

const isIdeal = ({ drawn, score }: Member): boolean => score[3] === drawn.sheet.now

const isBetter = (a: readonly number[], b: readonly number[]): boolean => {
  const n = a.findIndex((each, at) => each !== b[at])
  return n >= 0 && a[n]! < b[n]!
}

/** Keeps the members best first; a plan equal to a member brings nothing new. */
const insertByScore = (members: Member[], member: Member, most: number): void => {
  let at = members.length
  while (at > 0 && isBetter(member.score, members[at - 1]!.score)) at--
  const before = members[at - 1]
  if (before !== undefined && !isBetter(before.score, member.score)) return
  members.splice(at, 0, member)
  if (members.length > most) members.pop()
}

/** The usual keys, each moved by up to a quarter of the horizon. */
const shaken = (usual: Float64Array, random: () => number, span: number): Float64Array =>
  usual.map((key) => key + (random() - 0.5) * 0.5 * span)

const crossed = (members: readonly Member[], random: () => number): Float64Array => {
  const a = Math.floor(random() * members.length)
  const b = Math.floor(random() * members.length)
  const better = members[Math.min(a, b)]!.keys
  const other = members[Math.max(a, b)]!.keys
  return better.map((key, n) => (random() < FROM_BETTER ? key : other[n]!))
}

/** The latest finish that each activity could have without moving what follows it on its people or by precedence. */
const latestInPlan = (sheet: Sheet, random: () => number): Float64Array => {
  const { activities } = sheet.model
  const keys = new Float64Array(activities.length)
  const nextOn = new Map<string, number>()
  const last = sheet.placements.reduce((most, each) => Math.max(most, each?.assignment.finish ?? 0), sheet.now)
  const byFinish = sheet.placements
    .flatMap((each) => (each === undefined ? [] : [each]))
    .sort((a, b) => b.assignment.finish - a.assignment.finish || b.activity.index - a.activity.index)
  const startKey = new Float64Array(activities.length).fill(last)
  for (const { activity, assignment } of byFinish) {
    let latest = Math.min(last, activity.due ?? last, activity.deadline ?? last)
    for (const link of activity.after) latest = Math.min(latest, startKey[link.other]!)
    for (const id of assignment.resources) latest = Math.min(latest, nextOn.get(id) ?? last)
    const length = assignment.finish - assignment.start
    keys[activity.index] = latest + (random() - 0.5) * length
    startKey[activity.index] = latest - length
    for (const id of assignment.resources) nextOn.set(id, latest - length)
  }
  return keys.map((key, n) => (sheet.placements[n] === undefined ? WHOLE * WHOLE : key))
}
