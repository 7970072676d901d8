import {
  AudioLines,
  BookOpenText,
  Bot,
  Cable,
  CircleHelp,
  ClipboardCheck,
  FileSearch,
  Fingerprint,
  Flame,
  Handshake,
  HardDrive,
  History,
  Key,
  KeyRound,
  MonitorSmartphone,
  PackageOpen,
  RadioTower,
  Scale,
  ScrollText,
  Send,
  Server,
  Siren,
  Stamp,
  Table2,
  Timer,
  UserCheck,
  Users,
  UserSearch,
  Webhook,
} from 'lucide-react';

/** Every screen that the navigation leads to, by who works there, in its order. */
export const SCREEN_GROUPS = [
  {
    title: 'Records',
    screens: [
      { to: '/recordings', label: 'Recordings', icon: AudioLines },
      { to: '/live', label: 'Live calls', icon: RadioTower },
      { to: '/matters', label: 'Matters', icon: Scale },
      { to: '/consent', label: 'Consent', icon: Handshake },
      { to: '/exports', label: 'Exports', icon: PackageOpen },
      { to: '/requests', label: 'Requests', icon: UserSearch },
      { to: '/incidents', label: 'Incidents', icon: Siren },
      { to: '/approvals', label: 'Approvals', icon: UserCheck },
      { to: '/disposals', label: 'Disposals', icon: Flame },
      { to: '/policy', label: 'Policy', icon: BookOpenText },
      { to: '/reports', label: 'Reports', icon: ClipboardCheck },
      { to: '/audit', label: 'Audit', icon: ScrollText },
    ],
  },
  {
    title: 'Access',
    screens: [
      { to: '/people', label: 'People', icon: Users },
      { to: '/roles', label: 'Roles', icon: Table2 },
      { to: '/grants', label: 'Grants', icon: Timer },
      { to: '/access-policies', label: 'Access policies', icon: KeyRound },
      { to: '/why', label: "Why can't I", icon: CircleHelp },
      { to: '/sessions', label: 'Sessions', icon: MonitorSmartphone },
      { to: '/access-log', label: 'Access log', icon: FileSearch },
      { to: '/identity-providers', label: 'Identity providers', icon: Fingerprint },
      { to: '/service-tokens', label: 'Service tokens', icon: Bot },
    ],
  },
  {
    title: 'Integration',
    screens: [
      { to: '/connections', label: 'Connections', icon: Cable },
      { to: '/deliveries', label: 'Deliveries', icon: Send },
      { to: '/webhooks', label: 'Webhooks', icon: Webhook },
    ],
  },
  {
    title: 'System',
    screens: [
      { to: '/recorders', label: 'Recorders', icon: Server },
      { to: '/storage', label: 'Storage', icon: HardDrive },
      { to: '/keys', label: 'Keys', icon: Key },
      { to: '/ledger', label: 'Ledger', icon: Stamp },
      { to: '/configuration', label: 'Configuration', icon: History },
    ],
  },
] as const;

/** One screen of the navigation. */
export type Screen = (typeof SCREEN_GROUPS)[number]['screens'][number];
