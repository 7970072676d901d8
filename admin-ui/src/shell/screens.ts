import {
  AudioLines,
  BookOpenText,
  Bot,
  Cable,
  CircleHelp,
  ClipboardCheck,
  Contact,
  FileSearch,
  Fingerprint,
  Flame,
  Handshake,
  HardDrive,
  History,
  House,
  Key,
  KeyRound,
  Mail,
  MonitorSmartphone,
  PackageOpen,
  RadioTower,
  Scale,
  ScrollText,
  Search,
  Send,
  Server,
  ShieldAlert,
  Siren,
  Stamp,
  Table2,
  Timer,
  UserCheck,
  Users,
  UserSearch,
  Webhook,
} from 'lucide-react';
import { t } from '../i18n/t.ts';

/** Above all groups: what waits. */
export const HOME_SCREEN = { to: '/', label: t('Home'), icon: House } as const;

/** Every screen that the navigation leads to, by who works there, in its order. */
export const SCREEN_GROUPS = [
  {
    title: t('Records'),
    screens: [
      { to: '/recordings', label: t('Recordings'), icon: AudioLines },
      { to: '/search', label: t('Search'), icon: Search },
      { to: '/live', label: t('Live calls'), icon: RadioTower },
      { to: '/matters', label: t('Matters'), icon: Scale },
      { to: '/consent', label: t('Consent'), icon: Handshake },
      { to: '/exports', label: t('Exports'), icon: PackageOpen },
      { to: '/requests', label: t('Requests'), icon: UserSearch },
      { to: '/incidents', label: t('Incidents'), icon: Siren },
      { to: '/approvals', label: t('Approvals'), icon: UserCheck },
      { to: '/disposals', label: t('Disposals'), icon: Flame },
      { to: '/policy', label: t('Policy'), icon: BookOpenText },
      { to: '/reports', label: t('Reports'), icon: ClipboardCheck },
      { to: '/audit', label: t('Audit'), icon: ScrollText },
    ],
  },
  {
    title: t('Access'),
    screens: [
      { to: '/people', label: t('People'), icon: Users },
      { to: '/roles', label: t('Roles'), icon: Table2 },
      { to: '/grants', label: t('Grants'), icon: Timer },
      { to: '/access-policies', label: t('Access policies'), icon: KeyRound },
      { to: '/why', label: t("Why can't I"), icon: CircleHelp },
      { to: '/sessions', label: t('Sessions'), icon: MonitorSmartphone },
      { to: '/access-log', label: t('Access log'), icon: FileSearch },
      { to: '/access-alerts', label: t('Access alerts'), icon: ShieldAlert },
      { to: '/identity-providers', label: t('Identity providers'), icon: Fingerprint },
      { to: '/service-tokens', label: t('Service tokens'), icon: Bot },
    ],
  },
  {
    title: t('Integration'),
    screens: [
      { to: '/connections', label: t('Connections'), icon: Cable },
      { to: '/deliveries', label: t('Deliveries'), icon: Send },
      { to: '/webhooks', label: t('Webhooks'), icon: Webhook },
      { to: '/hr', label: t('Directories'), icon: Contact },
    ],
  },
  {
    title: t('System'),
    screens: [
      { to: '/recorders', label: t('Recorders'), icon: Server },
      { to: '/storage', label: t('Storage'), icon: HardDrive },
      { to: '/keys', label: t('Keys'), icon: Key },
      { to: '/ledger', label: t('Ledger'), icon: Stamp },
      { to: '/mail', label: t('Mail'), icon: Mail },
      { to: '/configuration', label: t('Configuration'), icon: History },
    ],
  },
] as const;

/** One screen of the navigation. */
export type Screen = typeof HOME_SCREEN | (typeof SCREEN_GROUPS)[number]['screens'][number];
