import { useId, useMemo, useState, type ReactNode } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { FileCode2 } from 'lucide-react';
import type { AccessExampleInput, AccessPolicyDetail } from '../../../hub/api/schemas/access-policy.ts';
import { useAccessEffect, useCheckPolicies, useSavePolicies } from '../api/access-policies.ts';
import { useRoles } from '../api/roles.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { ExpressionEditor } from '../components/expression-editor/expression-editor.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { parseExamples, stateInWords } from './access-policy-words.ts';
import { AskPublishing } from './ask-publishing.tsx';
import { CheckCard } from './check-card.tsx';
import { CEDAR, EXAMPLES, placeFaults, suggestFor } from './cedar.ts';
import { EffectCard } from './effect-card.tsx';
import { WordsCard } from './words-card.tsx';

interface PolicyEditorProps {
  /** The version that is shown, or that a new one begins with. */
  readonly stored: AccessPolicyDetail | undefined;
  readonly isNew?: boolean;
}

/** The text and examples of a version; what is changed is kept as a new version. */
export function PolicyEditor({ stored, isNew = false }: PolicyEditorProps) {
  const mayManage = useMay('access-policy.manage');
  const [text, setText] = useState(stored?.text ?? '');
  const [typed, setTyped] = useState(() => written(stored?.examples ?? []));
  const [isSaving, setSaving] = useState(false);
  const [check, effect] = [useCheckPolicies(), useAccessEffect()];
  const checkId = useId();
  const examples = parseExamples(typed) as AccessExampleInput[] | undefined;
  const isChanged = isNew || text !== stored?.text || typed !== written(stored.examples);
  const found = check.data ?? (isChanged ? undefined : stored.check);
  const edit = (set: (value: string) => void) => (value: string) => {
    set(value);
    check.reset(); // what was found was about something else
    effect.reset();
  };
  return (
    <>
      <PageHeader
        title={
          isNew
            ? t('New version')
            : t('Access policies, version {{version}}', { version: stored?.version ?? 0 })
        }
      >
        {!isNew && stored !== undefined && (
          <Badge tone={stateInWords(stored.state).tone}>{stateInWords(stored.state).label}</Badge>
        )}
        <div className="ml-auto flex flex-wrap gap-2">
          <Button
            disabled={examples === undefined || check.isPending}
            onClick={() => {
              if (examples !== undefined) check.mutate({ text, examples });
            }}
          >
            {check.isPending ? t('Checking') : t('Check')}
          </Button>
          <Button
            disabled={effect.isPending}
            onClick={() => {
              effect.mutate({ text });
            }}
          >
            {effect.isPending ? t('Comparing') : t('Who gains, who loses')}
          </Button>
          {mayManage && isChanged && (
            <Button
              tone="primary"
              disabled={examples === undefined}
              onClick={() => {
                setSaving(true);
              }}
            >
              {t('Keep as a draft')}
            </Button>
          )}
          {mayManage && !isChanged && <AskPublishing stored={stored} />}
        </div>
      </PageHeader>
      {[check.error, effect.error].map(
        (error, index) =>
          error !== null && <ProblemNotice key={index} error={error} title={t('It could not be done')} />,
      )}
      <div className="grid gap-4">
        {found !== undefined && <CheckCard id={checkId} check={found} />}
        {effect.data !== undefined && <EffectCard effect={effect.data} />}
        <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <TextCard
            note={isNew ? undefined : stored?.note}
            text={text}
            onText={edit(setText)}
            typed={typed}
            onTyped={edit(setTyped)}
            faults={found?.faults ?? []}
            isList={examples !== undefined}
          />
          <WordsCard policies={found?.policies} />
        </div>
      </div>
      {isSaving && examples !== undefined && (
        <SaveDialog
          body={{ text, examples }}
          onClose={() => {
            setSaving(false);
          }}
        />
      )}
    </>
  );
}

interface TextCardProps {
  readonly note: string | undefined;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** The examples as they were typed, and whether they are a list. */
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
  readonly isList: boolean;
  readonly faults: AccessPolicyDetail['check']['faults'];
}

/** What is edited: the policies and their examples, each fault at its place. */
function TextCard({ note, text, onText, typed, onTyped, isList, faults }: TextCardProps) {
  const mayManage = useMay('access-policy.manage');
  const { data: roles } = useRoles();
  const suggest = useMemo(() => suggestFor(roles?.acts.map(({ act }) => act) ?? []), [roles]);
  return (
    <Card title={t('Text and examples')} hint={note} icon={<FileCode2 />}>
      <div className="grid gap-4">
        <Labelled label={t("Policies, in Cedar's language")}>
          <ExpressionEditor
            label={t("Policies, in Cedar's language")}
            language={CEDAR}
            value={text}
            onValue={onText}
            faults={placeFaults(text, faults)}
            saysFaults={false}
            suggest={suggest}
            readOnly={!mayManage}
            data-testid="policy-text"
          />
        </Labelled>
        <Labelled label={t('Examples, as JSON: questions with the answers they must have')}>
          <ExpressionEditor
            label={t('Examples, as JSON: questions with the answers they must have')}
            language={EXAMPLES}
            value={typed}
            onValue={onTyped}
            readOnly={!mayManage}
            data-testid="policy-examples"
          />
        </Labelled>
        {!isList && <p className="text-sm text-bad">{t('The examples are not a list in JSON.')}</p>}
      </div>
    </Card>
  );
}

/** A heading over an editor, which names itself. */
function Labelled({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid min-w-0 gap-1.5">
      <p aria-hidden className="text-sm font-medium">
        {label}
      </p>
      {children}
    </div>
  );
}

function SaveDialog({
  body,
  onClose,
}: {
  readonly body: { readonly text: string; readonly examples: readonly AccessExampleInput[] };
  readonly onClose: () => void;
}) {
  const save = useSavePolicies();
  const [navigate, toast] = [useNavigate(), useToast()];
  return (
    <ReasonDialog
      title={t('Keep as a draft')}
      description={t('It becomes the next version. Nothing is decided by a draft.')}
      act={t('Keep')}
      pending={save.isPending}
      error={save.error}
      onClose={onClose}
      tone="primary"
      testId="policy-reason-submit"
      failed={t('It was not done')}
      onReason={(note) => {
        save.mutate(
          { ...body, note },
          {
            onSuccess: ({ version }) => {
              toast({ title: t('Kept as version {{version}}', { version }), tone: 'good' });
              void navigate({ to: '/access-policies/$version', params: { version: String(version) } });
            },
          },
        );
      }}
    />
  );
}

function written(examples: readonly unknown[]): string {
  return examples.length === 0 ? '' : JSON.stringify(examples, null, 2);
}
