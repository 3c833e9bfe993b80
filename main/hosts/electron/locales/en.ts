/**
 * Every word that the desktop program says outside of its window (menus, the system's dialogues), in English. What the window
 * says is in renderer/locales.
 */
export const hostWords = {
  product: 'DockerComms',
  /** Of the demonstration, where everybody has a window with such a title. */
  windowOf: (title: string, name: string) => `${title}: ${name}`,
  cannotStart: 'DockerComms cannot start',

  /** The locale of times and days between these words: the person's, where it speaks the same language. */
  timeLocale: (system: string) => (system.startsWith('en') ? system : 'en-GB'),

  tray: {
    locked: 'DockerComms is locked',
    open: 'Open DockerComms',
    quit: 'Quit',
    update: {
      restart: (version: string) => `Restart to Update to ${version}`,
      installer: (version: string) => `Install Version ${version}…`,
    },
    mute: 'Mute Notifications',
    unmute: (until: string) => `Unmute Notifications (Muted until ${until})`,
    pause: 'Pause Syncing',
    goOn: (until: string) => `Go on Syncing (Paused until ${until})`,
    lengths: { hour: 'For 1 Hour', 'eight-hours': 'For 8 Hours', 'until-tomorrow': 'Until Tomorrow' },
    connections: {
      connecting: 'Connecting…',
      online: 'Connected',
      offline: 'Offline',
      trouble: 'Connection Needs Attention',
      paused: 'Syncing Is Paused',
    },
    /** `DockerComms: 3 unread messages, offline`. */
    tip: (parts: readonly string[]) =>
      ['DockerComms', parts.join(', ')].filter((part) => part !== '').join(': '),
    unread: (count: number) => `${count} unread ${count === 1 ? 'message' : 'messages'}`,
    muted: 'notifications are muted',
  },

  notification: {
    reply: 'Reply',
    markRead: 'Mark as Read',
  },

  stillRunning: {
    title: 'DockerComms is still running',
    body: 'Messages go on being sent and received. Its icon in the tray, or starting it again, brings the window back; the icon’s menu quits it. Settings, Window, can change that.',
  },

  crash: {
    stopped: 'The window stopped working again.',
    hangs: 'The window does not respond.',
    canWait: 'You can wait, or load it again.',
    kept: 'Messages are kept and go on being sent and received behind the window.',
    log: (path: string) => `What went wrong is in the log:\n${path}`,
    choices: { reload: 'Reload', wait: 'Wait', 'show-log': 'Show Log', quit: 'Quit' },
  },

  /** `&`: before the letter that opens a menu of the bar together with Alt, on Windows and Linux. macOS leaves it out. */
  menu: {
    about: 'About DockerComms',
    settings: 'Settings…',
    services: 'Services',
    hide: 'Hide DockerComms',
    hideOthers: 'Hide Others',
    showAll: 'Show All',
    quit: 'Quit DockerComms',
    file: '&File',
    newConversation: 'New Conversation',
    attach: 'Attach Files…',
    close: 'Close Window',
    edit: '&Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    pastePlain: 'Paste Without Formatting',
    selectAll: 'Select All',
    search: 'Search…',
    view: '&View',
    zoomIn: 'Zoom In',
    zoomOut: 'Zoom Out',
    actualSize: 'Actual Size',
    fullScreen: 'Full Screen',
    window: '&Window',
    minimize: 'Minimise',
    front: 'Bring All to Front',
    help: '&Help',
  },

  canRun: {
    title: (name: string) => `Open “${name}”?`,
    text: 'This kind of file can run programs, with everything that you may do on this computer. DockerComms knows that it arrived as it was sent, and not whether it is harmless. Open it only if you expected it and trust who sent it.',
    cancel: 'Cancel',
    show: 'Show in Folder',
    open: 'Open Anyway',
  },

  context: {
    noSuggestions: 'No suggestions',
    learnWord: 'Add to dictionary',
    copyLink: 'Copy link',
  },
} as const;
