import {
  ActionIcon,
  AppShell,
  Button,
  Group,
  Loader,
  SegmentedControl,
  Text,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconMoon, IconSun } from '@tabler/icons-react';
import type { ComponentType, MouseEvent, ReactNode } from 'react';
import { lazy, Suspense } from 'react';
import type { TextKey } from '../i18n/en.ts';
import type { Language } from '../i18n/index.tsx';
import { useI18n } from '../i18n/index.tsx';
import classes from './app.module.css';
import { navigate, useLocation } from './location.ts';

interface Page {
  readonly path: string;
  readonly title: TextKey;
  readonly view: ComponentType;
}

const PAGES: readonly [Page, ...Page[]] = [
  {
    path: '/explore',
    title: 'nav.explore',
    view: lazy(async () => ({ default: (await import('../pages/explore/sections.tsx')).ExploreSections })),
  },
  {
    path: '/alerts',
    title: 'nav.alerts',
    view: lazy(async () => ({ default: (await import('../pages/alerts/page.tsx')).AlertsPage })),
  },
  {
    path: '/targets',
    title: 'nav.targets',
    view: lazy(async () => ({ default: (await import('../pages/targets/page.tsx')).TargetsPage })),
  },
  {
    path: '/status',
    title: 'nav.status',
    view: lazy(async () => ({ default: (await import('../pages/status/page.tsx')).StatusPage })),
  },
];

export function App(): ReactNode {
  const { path } = useLocation();
  // An unknown path shows Explore, so that Prometheus's own links (/graph?g0.expr=…) lead somewhere useful.
  const page = PAGES.find((candidate) => path.startsWith(candidate.path)) ?? PAGES[0];
  return (
    <AppShell header={{ height: 52 }} padding="md">
      <AppShell.Header>
        <Group h="100%" px={{ base: 'xs', xs: 'md' }} gap="xs" justify="space-between" wrap="nowrap">
          <Group gap={0} wrap="nowrap" h="100%" miw={0}>
            <Brand />
            <Group gap={0} h="100%" wrap="nowrap" component="nav" className={classes.nav ?? ''}>
              {PAGES.map((candidate) => (
                <NavigationLink key={candidate.path} page={candidate} active={candidate === page} />
              ))}
            </Group>
          </Group>
          <Preferences />
        </Group>
      </AppShell.Header>
      <AppShell.Main>
        <Suspense fallback={<Loader size="sm" />}>
          <page.view />
        </Suspense>
      </AppShell.Main>
    </AppShell>
  );
}

function Brand(): ReactNode {
  return (
    <Group gap={8} wrap="nowrap" mr={{ base: 0, xs: 'xl' }}>
      <img src="/petrel.svg" alt="Petrel" width={24} height={24} />
      <Text fw={700} size="lg" visibleFrom="xs">
        Petrel
      </Text>
      <Text c="dimmed" size="sm" visibleFrom="sm">
        海燕
      </Text>
    </Group>
  );
}

function NavigationLink({ page, active }: { readonly page: Page; readonly active: boolean }): ReactNode {
  const { t } = useI18n();
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.button !== 0) return;
    event.preventDefault();
    if (!active) navigate(page.path);
  };
  return (
    <UnstyledButton
      component="a"
      href={page.path}
      onClick={open}
      className={classes.link ?? ''}
      aria-current={active ? 'page' : undefined}
    >
      {t(page.title)}
    </UnstyledButton>
  );
}

function Preferences(): ReactNode {
  const { t } = useI18n();
  const { setColorScheme } = useMantineColorScheme();
  const colorScheme = useComputedColorScheme();
  return (
    <Group gap="xs" wrap="nowrap">
      <LanguageChoice />
      <Tooltip label={t('nav.theme')}>
        <ActionIcon
          variant="default"
          aria-label={t('nav.theme')}
          onClick={() => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark')}
        >
          {colorScheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

const LANGUAGES: readonly { readonly value: Language; readonly label: string }[] = [
  { value: 'en', label: 'EN' },
  { value: 'zh', label: '中文' },
];

/** Both languages side by side; on a telephone only the other one, as a button. */
function LanguageChoice(): ReactNode {
  const { t, language, setLanguage } = useI18n();
  const narrow = useMediaQuery('(max-width: 36em)', undefined, { getInitialValueInEffect: false });
  const other = LANGUAGES.find(({ value }) => value !== language);
  if (narrow === true && other !== undefined) {
    return (
      <Button
        variant="default"
        size="compact-sm"
        px={6}
        aria-label={t('nav.language')}
        onClick={() => setLanguage(other.value)}
      >
        {other.label}
      </Button>
    );
  }
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('nav.language')}
      value={language}
      onChange={(value) => setLanguage(value as Language)}
      data={[...LANGUAGES]}
    />
  );
}
