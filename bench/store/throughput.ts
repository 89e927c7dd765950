/** How many commands several processes commit in a second, each for a tenant of its own, and all for one. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { openWith } from "../command/firm.ts"
import type { BenchDatabase } from "./database.ts"

const PROCESSES = [1, 2, 4]
const SECONDS = 5

/** Commands per second, by how many processes write. */
export const measureThroughput = async (database: BenchDatabase) => {
  const house = database.house()
  const engine = await openWith(house.store())
  for (let n = 0; n < Math.max(...PROCESSES); n++)
    await engine.tenants.create({ id: `t${n}`, name: `T${n}`, currency: "SEK", zone: "Europe/Stockholm", admin: "ada" })
  await engine.close()
  const perSecond = async (count: number, tenantOf: (n: number) => string): Promise<number> => {
    const counts = await Promise.all(Array.from({ length: count }, (_, n) => writes(house.place, tenantOf(n))))
    return Math.round(counts.reduce((sum, each) => sum + each, 0) / SECONDS)
  }
  const byProcesses: Record<number, { readonly ownTenants: number; readonly oneTenant: number }> = {}
  for (const count of PROCESSES) {
    const ownTenants = await perSecond(count, (n) => `t${n}`)
    byProcesses[count] = { ownTenants, oneTenant: await perSecond(count, () => "t0") }
  }
  return byProcesses
}

const writes = async (place: string, tenant: string): Promise<number> => {
  const script = fileURLToPath(new URL("writer.ts", import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, script, place, tenant, String(SECONDS)], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  let text = ""
  child.stdout.on("data", (chunk) => {
    text += chunk
  })
  const [code] = await once(child, "exit")
  if (code !== 0) throw new Error(`A writer ended with ${code}`)
  return Number(text)
}
