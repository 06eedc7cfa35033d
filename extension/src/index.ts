/** The JupyterLab extension: it draws a histogram's data where the notebook is trusted. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { MIME } from './payload.js';
import { HistogramRenderer } from './renderer.js';

/** Before text/html, the static picture, which has 50. */
const RANK = 40;

const extension: IRenderMime.IExtension = {
  id: 'doublet:histogram',
  description: 'Draws histograms by JSROOT.',
  rendererFactory: {
    // What is not trusted is shown as the static picture.
    safe: false,
    mimeTypes: [MIME],
    defaultRank: RANK,
    createRenderer: (options) => new HistogramRenderer(options)
  },
  dataType: 'json'
};

export default extension;
