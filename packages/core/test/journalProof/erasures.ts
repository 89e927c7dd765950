/** Many erasures, and whether any makes the verification cry wolf. */
import { leave, openHotel, publicKeys, stay, TENANT } from "./firm.ts"

/** What the erasures left. */
export interface Erased {
  readonly erasures: number
  readonly falseAlarms: number
  /** Parts that are gone, and those that the verification accounts for. */
  readonly parts: number
  readonly accounted: number
}

/** Erases this many guests, each in turn, verifying ten times on the way. */
export const eraseMany = async (erasures: number): Promise<Erased> => {
  const hotel = await openHotel(":memory:", "erasures")
  const every = Math.max(Math.floor(erasures / 10), 1)
  let [falseAlarms, parts, accounted] = [0, 0, 0]
  for (let n = 1; n <= erasures; n++) {
    parts += (await leave(hotel, await stay(hotel, `guest ${n}`))).parts
    if (n % every !== 0) continue
    const { broken, erased } = await hotel.engine.journal.verify({
      tenant: TENANT,
      checkpoints: hotel.kept,
      publicKeys,
    })
    if (broken) falseAlarms += 1
    accounted = erased.reduce((sum, one) => sum + one.parts, 0)
  }
  await hotel.engine.close()
  return { erasures, falseAlarms, parts, accounted }
}
