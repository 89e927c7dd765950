/**
 * Proof: what npm users get works. Every package is built, packed and installed from its tarball into an empty project
 * outside the workspace; there each public entry loads as ESM and through `require()`, type-checks under nodenext, and
 * a user's first lines run: those of the README and a longer story. `@anbud/pricing` alone brings nothing.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Measurement } from "../measurement.ts"
import { packages } from "../workspace.ts"
import { companyOf, createConsumer } from "./packing/consumer.ts"
import { buildAndPack, type Tarball } from "./packing/tarball.ts"

export const prove = async (): Promise<Measurement> => {
  const published = packages()
  const entries = published.flatMap((one) => one.entries.map(({ specifier }) => specifier))
  const scratch = mkdtempSync(join(tmpdir(), "anbud-pack-"))
  try {
    const tarballs = await buildAndPack(published, scratch)
    for (const { name, size, unpackedSize } of tarballs) {
      console.log(`${name.padEnd(28)} ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`)
    }
    const consumer = await createConsumer(scratch, tarballs)
    const results = {
      esm: await consumer.imports(entries),
      require: await consumer.requires(entries),
      types: await consumer.typeChecks(entries),
      story: await consumer.tellsStory(),
      readme: await consumer.runsReadme(),
      alone: await alone(scratch, tarballs),
    }
    return {
      goal: "every public entry works from its tarball: as ESM, through require(), for the compiler, and in a user's first lines; pricing alone brings nothing",
      reached: Object.values(results).every((result) => result === "ok"),
      packages: published.length,
      entries: entries.length,
      packedBytes: Object.fromEntries(tarballs.map(({ name, size }) => [name, size])),
      ...results,
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** A host that only prices gets no Effect, and nothing else that it did not ask for. */
const alone = async (scratch: string, tarballs: readonly Tarball[]): Promise<string> => {
  const pure = tarballs.find(({ name }) => name === "@anbud/pricing")
  if (!pure) return "there is no tarball of @anbud/pricing"
  const company = await companyOf(scratch, pure)
  return company.length === 0 ? "ok" : `@anbud/pricing brings ${company.join(", ")}`
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`.padStart(10)
