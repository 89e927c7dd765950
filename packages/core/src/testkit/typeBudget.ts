/** Type budgets: what a host's source costs the compiler, and what it says of a wrong call. */
import type Compiler from "typescript"

/** A host to compile: the compiler, the folder in which its imports resolve, and its source. */
export interface HostSource {
  readonly typescript: typeof Compiler
  readonly folder: string
  readonly source: string
  /** Files beside it that exist nowhere, by name. */
  readonly beside?: Readonly<Record<string, string>>
}

/** What compiling a host gave. */
export interface CompiledHost {
  /** The emitted declaration of the host's file. */
  readonly declaration: string
  /** Types that the compiler instantiated to check the file. */
  readonly instantiations: number
  /** Every error, as an editor shows it, by line from 1. */
  readonly errors: readonly { readonly line: number; readonly message: string }[]
}

/** The files that hosts share, parsed once. */
const PARSED = new Map<string, Compiler.SourceFile>()

/** Compiles one source file under the strictest settings; nothing is written. */
export const compileHost = ({ typescript: ts, folder, source, beside = {} }: HostSource): CompiledHost => {
  const file = `${folder}/host-under-test.ts`
  const texts = new Map([
    [file, source],
    ...Object.entries(beside).map(([name, text]) => [`${folder}/${name}`, text] as const),
  ])
  const options: Compiler.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ["@anbud/source"],
    types: ["node"],
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (name) => texts.has(name) || fileExists(name)
  host.readFile = (name) => texts.get(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...rest) => {
    const text = texts.get(name)
    if (text !== undefined) return ts.createSourceFile(name, text, version)
    const known = PARSED.get(name) ?? getSourceFile(name, version, ...rest)
    if (known) PARSED.set(name, known)
    return known
  }
  const program = ts.createProgram([file], options, host)
  const own = program.getSourceFile(file)
  const found = [...program.getSyntacticDiagnostics(own), ...program.getSemanticDiagnostics(own)]
  const emitted: string[] = []
  program.emit(own, (_, text) => void emitted.push(text), undefined, true)
  return {
    declaration: emitted.join(""),
    instantiations: (program as unknown as { getInstantiationCount(): number }).getInstantiationCount(),
    errors: found.map(({ start, file: at, messageText }) => ({
      line: at && start !== undefined ? at.getLineAndCharacterOfPosition(start).line + 1 : 0,
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
    })),
  }
}
