import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../../../i18n/index.tsx';

export interface CopyButtonProps {
  readonly label: string;
  /** Asked for when it is copied. */
  readonly text: () => string;
  /** With its label beside the icon. */
  readonly wide?: boolean;
  readonly icon?: ReactNode;
}

const SHOWN_MS = 1200;

/** Puts a text into the clipboard and says so for a moment. */
export function CopyButton({ label, text, wide = false, icon }: CopyButtonProps): ReactNode {
  const { t } = useI18n();
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = (): void => {
    void copyText(text()).then((done) => {
      setCopied(done);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setCopied(false), SHOWN_MS);
    });
  };
  const shownIcon = copied ? <IconCheck size={15} /> : (icon ?? <IconCopy size={15} />);
  const shownLabel = copied ? t('logs.copied') : label;
  if (wide)
    return (
      <Button size="compact-xs" variant="default" leftSection={shownIcon} onClick={copy}>
        {shownLabel}
      </Button>
    );
  return (
    <Tooltip label={shownLabel}>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} onClick={copy}>
        {shownIcon}
      </ActionIcon>
    </Tooltip>
  );
}

/** False where the browser does not let it happen. Without HTTPS there is no clipboard but the old command. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
