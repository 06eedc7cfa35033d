const path = require('node:path');
const { rspack } = require('@rspack/core');

const jsroot = path.join(__dirname, 'node_modules/jsroot/modules');

// What JSROOT would load under Node only.
const forNode = ['@oneidentity/zstd-js', '@resvg/resvg-js', 'canvas', 'fs', 'jsdom', 'mathjax', 'tmp', 'xhr2', 'zlib'];

module.exports = {
  resolve: {
    alias: {
      ...Object.fromEntries(forNode.map((name) => [name, false])),
      // JSROOT's own selection of it, a fifth of the whole.
      'three/addons': path.join(jsroot, 'three_addons.mjs'),
      three$: path.join(jsroot, 'three.mjs')
    }
  },
  plugins: [
    // No histogram needs detector geometries, ROOT 7's canvases, or data files of ROOT.
    new rspack.IgnorePlugin({
      resourceRegExp: /(geom\/\w+|\/RNTuple|\/rntuple|\/TTree|\/RCanvasPainter|\/RPavePainter|v7more)\.mjs$/,
      contextRegExp: /jsroot/
    })
  ],
  // They are about parts of JSROOT and of three.js that are never reached.
  ignoreWarnings: [{ module: /node_modules/ }, /No version specified/]
};
