/** The command "Publish to agenda": in the palette, the File menu and the toolbar of notebooks (schema/publish.json). */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { fileUploadIcon } from '@jupyterlab/ui-components';
import type { Widget } from '@lumino/widgets';
import { PublishDialog } from './dialog.js';
import { Memory } from './memory.js';
import { Server } from './server.js';

const COMMAND = 'doublet:publish';
/** The drives whose files are the server's: its own, and that of notebooks which are edited together. */
const SERVED = ['', 'RTC'];

type Context = DocumentRegistry.Context;

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'doublet:publish',
  description: 'Publishes notebooks to agendas in Indico.',
  autoStart: true,
  optional: [ICommandPalette, IStateDB],
  activate: (app: JupyterFrontEnd, palette: ICommandPalette | null, state: IStateDB | null) => {
    const notebooks = new WeakMap<Widget, Context>();
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (widget, context) => {
        notebooks.set(widget, context);
      }
    });
    const current = (): Context | undefined =>
      app.shell.currentWidget ? notebooks.get(app.shell.currentWidget) : undefined;
    const memory = new Memory(state);
    app.commands.addCommand(COMMAND, {
      label: 'Publish to Agenda…',
      caption: 'Publish this notebook to an agenda in Indico',
      icon: fileUploadIcon,
      // The button in a toolbar makes its notebook the current one.
      isEnabled: (options) => options['toolbar'] === true || current() !== undefined,
      execute: async () => {
        const context = current();
        if (context) await publish(app, context, memory);
      }
    });
    palette?.addItem({ command: COMMAND, category: 'Notebook Operations' });
  }
};

async function publish(app: JupyterFrontEnd, context: Context, memory: Memory): Promise<void> {
  const { contents, serverSettings } = app.serviceManager;
  if (!SERVED.includes(contents.driveName(context.path))) {
    await showErrorMessage(
      'Publish to an agenda',
      'Only notebooks in the folders of the Jupyter server can be published.'
    );
    return;
  }
  if (context.model.dirty) await context.save();
  // Where that has failed, JupyterLab has said why.
  if (context.model.dirty) return;
  const name = context.localPath.replace(/.*\//, '');
  await new PublishDialog(name, context.localPath, new Server(serverSettings), memory).launch();
}

export default plugin;
