/** All rules of `tidy.test.ts`, by name. */
import { testedFeatures, testedTags } from "./coverage.ts"
import { decisions } from "./decision.ts"
import { deterministic } from "./determinism.ts"
import { docstrings, noAny, returnTypes } from "./exports.ts"
import { fileLength, functionLength } from "./length.ts"
import { manifests } from "./manifest.ts"
import { fileNames } from "./naming.ts"
import type { Check } from "./source.ts"
import { noLeftovers, noMachinePaths } from "./wording.ts"

export const rules: Readonly<Record<string, Check>> = {
  fileLength,
  functionLength,
  fileNames,
  returnTypes,
  docstrings,
  noAny,
  noLeftovers,
  noMachinePaths,
  deterministic,
  testedTags,
  testedFeatures,
  manifests,
  decisions,
}
