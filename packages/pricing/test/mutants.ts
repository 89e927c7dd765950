/**
 * Planted faults: the engine with one line changed for the worse. Every one must break a promise, or the promises are
 * not worth much.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import fc from "fast-check"
import ts from "typescript"
import type { Engine } from "./promise.ts"
import { promises } from "./promises.ts"

export interface Mutant {
  readonly what: string
  readonly file: string
  readonly from: string
  readonly to: string
}

export const mutants: readonly Mutant[] = [
  {
    what: "the left-over cents go to the smallest remainders",
    file: "apportion.ts",
    from: "remainders[b]! - remainders[a]!",
    to: "remainders[a]! - remainders[b]!",
  },
  {
    what: "ties go to the larger id",
    file: "apportion.ts",
    from: "compareIds(request.idOf(left), request.idOf(right))",
    to: "compareIds(request.idOf(right), request.idOf(left))",
  },
  {
    what: "a tie ignores the weight",
    file: "apportion.ts",
    from: "Math.abs(request.weights[right]!) - Math.abs(request.weights[left]!) ||",
    to: "0 ||",
  },
  {
    what: "half is rounded down",
    file: "rounding.ts",
    from: "Math.floor(size / denominator + 0.5)",
    to: "Math.ceil(size / denominator - 0.5)",
  },
  {
    what: "the discounted net is rounded from the rounded gross",
    file: "priceLine.ts",
    from: "productMinor(factors, wholePpm - line.discountPpm, exponent, isHalfEven)",
    to: "Math.round((gross * (wholePpm - line.discountPpm)) / wholePpm)",
  },
  {
    what: "products beyond 2^53 are left to floating point",
    file: "lineAmount.ts",
    from: "product <= maxSafe && product >= -maxSafe && shift < 16",
    to: "shift < 16",
  },
  {
    what: "offered options are summed",
    file: "structure.ts",
    from: 'hasAmount && line.option !== "offered"',
    to: "hasAmount",
  },
  {
    what: "footers go over all lines, essential or not",
    file: "spreadWeights.ts",
    from: "line.isEssential === true",
    to: "true",
  },
  {
    what: "negative lines weigh with their size",
    file: "spreadWeights.ts",
    from: 'negative === "absolute" ? -weights[row]! : 0',
    to: "-weights[row]!",
  },
  {
    what: "hidden shares stay out of the line",
    file: "totals.ts",
    from: "discountShare[row]! + footerShare[row]! + adjustment[row]!",
    to: "discountShare[row]! + adjustment[row]!",
  },
  {
    what: "VAT per line although the quote says per group",
    file: "totals.ts",
    from: 'draft.quote.rounding?.vat === "line"',
    to: 'draft.quote.rounding?.vat !== "line"',
  },
  {
    what: "VAT inside a price is taken as if it were on top",
    file: "includedVat.ts",
    from: "const divisor = wholePpm + group.vat.ratePpm\n    const weights",
    to: "const divisor = wholePpm * 2 - (wholePpm - group.vat.ratePpm) + 1\n    const weights",
  },
  {
    what: "re-pricing forgets the shares of the other lines",
    file: "reprice.ts",
    from: "if (was[row] !== now[row]) moved.add(row)",
    to: "if (was[row] !== now[row] && moved.has(row)) moved.add(row)",
  },
  {
    what: "the floor is rounded down",
    file: "marginFloor.ts",
    from: "return floor * denominator < numerator ? floor + 1n : floor",
    to: "return floor",
  },
  {
    what: "the largest discount is one ppm too large",
    file: "marginFloor.ts",
    from: "return Number(wholePpm - kept)",
    to: "return Number(wholePpm - kept) + 1",
  },
  {
    what: "a solution leaves the last cents",
    file: "settleResidual.ts",
    from: "return { priced: adjustToTarget(priced, request, free, wanted, measure), nearest: undefined }",
    to: "return { priced, nearest: undefined }",
  },
  {
    what: "a solution moves locked lines",
    file: "freeLines.ts",
    from: '(line.lock === undefined || line.lock === "none") &&',
    to: "",
  },
  {
    what: "a margin target is rounded to the nearest cent",
    file: "solveTarget.ts",
    from: "return floor * denominator < numerator ? floor + 1n : floor",
    to: "return floor",
  },
  {
    what: "instalments are shared by the order, not by what is open",
    file: "planInstalments.ts",
    from: "weights: open, idOf }",
    to: "weights: open.map((one) => Math.abs(one) + 1), idOf }",
  },
  {
    what: "the tax of each part is rounded by itself",
    file: "planInstalments.ts",
    from: "const taxMinor = until - group.plannedTax",
    to: "const taxMinor = Math.round((baseMinor * ratePpm) / 1_000_000)",
  },
  {
    what: "the value of a draw is rounded by itself",
    file: "timeBankLots.ts",
    from: "valueMinor: recognisedMinor - lot.recognisedMinor",
    to: "valueMinor: Math.round((lot.priceMinor * seconds) / lot.seconds)",
  },
  {
    what: "company amounts are converted line by line",
    file: "totals.ts",
    from: "    shareOutCompanyBase(draft, to, at, rowsByGroup[at]!)\n",
    to: "",
  },
]

/** Whether the text that the mutant changes is there, once: a list of faults must not rot. */
export const isPlantable = ({ file, from }: Mutant): boolean =>
  readFileSync(new URL(file, source), "utf8").split(from).length === 2

const source = new URL("../src/", import.meta.url)

/** The engine with the fault planted, compiled beside and imported. The caller removes `folder`. */
const plant = async (mutant: Mutant): Promise<{ readonly engine: Engine; readonly folder: string }> => {
  const folder = mkdtempSync(join(tmpdir(), "anbud-mutant-"))
  for (const file of readdirSync(source)) {
    let text = readFileSync(new URL(file, source), "utf8")
    if (file === mutant.file) {
      if (!isPlantable(mutant)) throw new Error(`“${mutant.from}” must occur once in ${file}`)
      text = text.replace(mutant.from, () => mutant.to)
    }
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    })
    writeFileSync(join(folder, file.replace(/\.ts$/, ".mjs")), outputText.replace(/(from "\.\/[^"]+)\.ts"/g, '$1.mjs"'))
  }
  const url = pathToFileURL(join(folder, "index.mjs")).href
  return { engine: (await import(/* @vite-ignore */ url)) as Engine, folder }
}

/** The promise that the mutant breaks, or undefined if it survives `runs` cases of every one. */
export const brokenPromise = async (mutant: Mutant, runs: number, seed: number): Promise<string | undefined> => {
  const { engine, folder } = await plant(mutant)
  try {
    for (const { name, property } of promises) {
      const options = {
        numRuns: runs,
        seed,
        endOnFailure: true,
        interruptAfterTimeLimit: 20_000,
        markInterruptAsFailure: false,
      }
      if (fc.check(property(engine), options).failed) return name
    }
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}
