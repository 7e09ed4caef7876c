import { ActionIcon, Button, FileButton, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconFileUpload, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useI18n } from '../../../i18n/index.tsx';
import type { DraftFile } from './data.ts';
import { useKept } from './kept.ts';
import classes from './rehearse.module.css';
import { draft } from './runs.ts';

const ACCEPTED = '.yml,.yaml,.rules,text/yaml,application/yaml';

/** Rule files on one side, the routing on the other; whatever is left empty is as it is in force. */
export function Files(): ReactNode {
  const { t } = useI18n();
  const { rules } = useKept(draft);
  const setRules = (next: readonly DraftFile[]): void => draft.set({ rules: next, routing: draft.get().routing });
  return (
    <div className={classes.files}>
      <Stack gap={6}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {t('rehearse.rules')}
          </Text>
          <FileButton
            multiple
            accept={ACCEPTED}
            onChange={(files) => void load(files).then((loaded) => setRules([...draft.get().rules, ...loaded]))}
          >
            {(props) => (
              <Button {...props} size="compact-xs" variant="default" leftSection={<IconFileUpload size={13} />}>
                {t('rehearse.load')}
              </Button>
            )}
          </FileButton>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconPlus size={13} />}
            data-testid="add-rules"
            onClick={() => setRules([...rules, { name: `rules-${rules.length + 1}.yml`, text: '' }])}
          >
            {t('rehearse.paste')}
          </Button>
        </Group>
        {rules.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('rehearse.rules.inForce')}
          </Text>
        )}
        {rules.map((file, index) => (
          <FileText
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a file has while its name is typed
            key={index}
            file={file}
            testId="rules-text"
            onChange={(next) => setRules(rules.map((one, i) => (i === index ? next : one)))}
            onRemove={() => setRules(rules.filter((_, i) => i !== index))}
          />
        ))}
      </Stack>
      <RoutingFile />
    </div>
  );
}

function RoutingFile(): ReactNode {
  const { t } = useI18n();
  const { routing } = useKept(draft);
  const setRouting = (next: DraftFile | undefined): void => draft.set({ rules: draft.get().rules, routing: next });
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {t('rehearse.routing')}
        </Text>
        <FileButton
          accept={ACCEPTED}
          onChange={(file) => {
            if (file !== null) void load([file]).then(([loaded]) => setRouting(loaded));
          }}
        >
          {(props) => (
            <Button {...props} size="compact-xs" variant="default" leftSection={<IconFileUpload size={13} />}>
              {t('rehearse.load')}
            </Button>
          )}
        </FileButton>
        {routing === undefined && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconPlus size={13} />}
            data-testid="add-routing"
            onClick={() => setRouting({ name: 'alertmanager.yml', text: '' })}
          >
            {t('rehearse.paste')}
          </Button>
        )}
      </Group>
      {routing === undefined ? (
        <Text size="sm" c="dimmed">
          {t('rehearse.routing.inForce')}
        </Text>
      ) : (
        <FileText file={routing} testId="routing-text" onChange={setRouting} onRemove={() => setRouting(undefined)} />
      )}
    </Stack>
  );
}

async function load(files: readonly File[]): Promise<readonly DraftFile[]> {
  return Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })));
}

interface FileTextProps {
  readonly file: DraftFile;
  readonly testId: string;
  readonly onChange: (file: DraftFile) => void;
  readonly onRemove: () => void;
}

function FileText({ file, testId, onChange, onRemove }: FileTextProps): ReactNode {
  const { t } = useI18n();
  return (
    <Stack gap={4}>
      <Group gap={4} wrap="nowrap">
        <TextInput
          size="xs"
          variant="unstyled"
          style={{ flex: 1 }}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          aria-label={t('rehearse.fileName')}
          value={file.name}
          onChange={(event) => onChange({ ...file, name: event.currentTarget.value })}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('rehearse.remove', { name: file.name })}
          onClick={onRemove}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </Group>
      <Textarea
        size="xs"
        autosize
        minRows={5}
        maxRows={18}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', whiteSpace: 'pre', overflowX: 'auto' } }}
        aria-label={file.name}
        data-testid={testId}
        value={file.text}
        onChange={(event) => onChange({ ...file, text: event.currentTarget.value })}
      />
    </Stack>
  );
}
