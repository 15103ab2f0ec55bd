import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { PageData, StepFile } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import type { CodeEditor } from './code-editor.ts'
import type { CodeFiles } from './code-files.ts'
import { useStore } from './hooks.ts'
import { store } from './store.ts'
import { TabList } from './tab-list.tsx'

type Editors = (file: StepFile) => CodeEditor

interface Props {
  page: PageData
  code: CodeFiles
}

/** The step's files, to be edited here. */
export function CodePanel({ page, code }: Props) {
  useStore()
  const editors = useEditors(page, code)
  const file = code.current
  useLayoutEffect(() => code.open(), [code])
  return (
    <section class="code" aria-labelledby="code-title">
      <h2 id="code-title" class="sr">
        Code
      </h2>
      {file && editors ? (
        <>
          <Files code={code} current={file} />
          {code.isConflict(file) && <Conflict code={code} file={file} />}
          <File key={file.name} code={code} file={file} editor={editors(file)} />
        </>
      ) : (
        <p class="quiet">The editor is on its way…</p>
      )}
      <Reset page={page} />
    </section>
  )
}

let loaded: Editors | undefined

// CodeMirror comes when it is needed for the first time.
function useEditors(page: PageData, code: CodeFiles): Editors | undefined {
  const [, setReady] = useState(loaded !== undefined)
  useEffect(() => {
    if (loaded) return
    void import('./code-editor.ts').then(({ CodeEditor: Editor }) => {
      const made = new Map<string, CodeEditor>()
      loaded = (file) => {
        const editor = made.get(file.name) ?? new Editor(code, file, page.nonce)
        made.set(file.name, editor)
        return editor
      }
      setReady(true)
    })
  }, [code, page])
  return loaded
}

function Files({ code, current }: { code: CodeFiles; current: StepFile }) {
  const given = code.files.filter(({ edit }) => !edit)
  const inTabs = code.files.filter(({ edit, name }) => edit || name === current.name)
  const others = given.filter(({ name }) => name !== current.name)
  return (
    <div class="code-files">
      <TabList
        label="Files"
        prefix="file-"
        selected={current.name}
        choose={(name) => code.show(name)}
        tabs={inTabs.map(({ name, edit }) => ({
          id: name,
          name: edit ? name : `${name}, given`,
          badge: code.unsaved.includes(name) ? ['●', 'not saved'] : undefined,
        }))}
      />
      {others.length > 0 && (
        <select
          aria-label="Given files"
          value=""
          onChange={({ currentTarget }) => code.show(currentTarget.value)}
        >
          <option value="">Given files</option>
          {others.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </div>
  )
}

interface FileProps {
  code: CodeFiles
  file: StepFile
  editor: CodeEditor
}

function File({ code, file, editor }: FileProps) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => place.current?.append(editor.dom), [editor])
  useLayoutEffect(() => editor.update(file))
  useEffect(() => editor.askAgain(), [editor, code.files])
  const named = code.place?.file === file.name ? code.place : undefined
  useEffect(() => editor.mark(named), [editor, named])
  const { problems } = editor
  const isUnsaved = code.unsaved.includes(file.name)
  return (
    <div role="tabpanel" aria-labelledby={`file-${file.name}`}>
      <div ref={place} />
      <div class="code-status">
        <ActionButton primary disabled={!isUnsaved} onPress={() => void code.save()}>
          Save
        </ActionButton>
        <span role="status">{isUnsaved ? 'Not saved yet' : 'Saved'}</span>
        {problems > 0 && (
          <button type="button" onClick={() => editor.showNextProblem()}>
            {problems === 1 ? '1 problem' : `${problems} problems`}
          </button>
        )}
      </div>
      <p class="quiet">
        <kbd>Ctrl</kbd> or <kbd>Cmd</kbd> <kbd>S</kbd> saves, and so do Run and Check.{' '}
        <kbd>Escape</kbd>, then <kbd>Tab</kbd> leaves the editor. Your own editor works on the
        same file:{' '}
        <code>
          steps/{code.slug}/{file.name}
        </code>
      </p>
    </div>
  )
}

function Conflict({ code, file }: { code: CodeFiles; file: StepFile }) {
  return (
    <div class="failure" role="alert">
      <h3>Another program has changed {file.name}</h3>
      <p>
        You have edits here that are not saved. Below, the lines of the file on disk are marked{' '}
        <span class="on-disk">like this</span>, and yours <span class="yours">like this</span>.
      </p>
      <p class="buttons">
        <ActionButton onPress={() => void code.resolve(file, 'mine')}>
          Keep mine, and replace the file on disk
        </ActionButton>
        <ActionButton onPress={() => void code.resolve(file, 'disk')}>
          Take the file on disk, and drop mine
        </ActionButton>
      </p>
    </div>
  )
}

function Reset({ page: { slug } }: { page: PageData }) {
  const [asks, setAsks] = useState(false)
  const [done, setDone] = useState<{ message: string; back: boolean } | undefined>()
  const act = async (what: 'reset' | 'undo') => {
    setAsks(false)
    const { message } = await store.request({ do: what, slug })
    setDone(message ? { message, back: what === 'undo' } : undefined)
  }
  return (
    <div class="buttons code-reset">
      {asks ? (
        <>
          <span>Every file becomes the starter again. Yours are kept as a backup.</span>
          <ActionButton onPress={() => void act('reset')}>Reset</ActionButton>
          <button type="button" onClick={() => setAsks(false)}>
            Cancel
          </button>
        </>
      ) : (
        <button type="button" onClick={() => setAsks(true)}>
          Reset this step
        </button>
      )}
      {done && !done.back && (
        <ActionButton once onPress={() => void act('undo')}>
          Undo the reset
        </ActionButton>
      )}
      <span role="status">{done?.message}</span>
    </div>
  )
}
