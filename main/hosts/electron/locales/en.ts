/**
 * Every word that the desktop program says outside of its window (menus, the system's dialogues), in English. What the window
 * says is in renderer/locales.
 */
export const hostWords = {
  product: 'DockerComms',

  menu: {
    about: 'About DockerComms',
    settings: 'Settings…',
    services: 'Services',
    hide: 'Hide DockerComms',
    hideOthers: 'Hide Others',
    showAll: 'Show All',
    quit: 'Quit DockerComms',
    file: 'File',
    newConversation: 'New Conversation',
    attach: 'Attach Files…',
    close: 'Close Window',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    pastePlain: 'Paste Without Formatting',
    selectAll: 'Select All',
    search: 'Search…',
    view: 'View',
    zoomIn: 'Zoom In',
    zoomOut: 'Zoom Out',
    actualSize: 'Actual Size',
    fullScreen: 'Full Screen',
    window: 'Window',
    minimize: 'Minimise',
    front: 'Bring All to Front',
    help: 'Help',
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
