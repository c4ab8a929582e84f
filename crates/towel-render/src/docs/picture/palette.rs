//! Colours, for light pages and dark ones.

/// The style sheet of the picture. Colours are chosen to be told apart without seeing red or green.
pub(super) const STYLE: &str = "\
  :root { --page: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #818b98; --frame: #d1d9e0;
    --client: #fff1e5; --client-edge: #bc4c00; --address: #ddf4ff; --address-edge: #0969da;
    --service: #f6f8fa; --service-edge: #59636e; --datastore: #fbefff; --datastore-edge: #8250df; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --line: #7d8590; --frame: #3d444d;
      --client: #341a00; --client-edge: #f0883e; --address: #0c2d6b; --address-edge: #58a6ff;
      --service: #151b23; --service-edge: #9198a1; --datastore: #2b1150; --datastore-edge: #ab7df8; }
  }
  text { font-family: system-ui, -apple-system, \"Segoe UI\", Roboto, Helvetica, Arial, sans-serif; fill: var(--ink); }
  .page { fill: var(--page); }
  .title { font-size: 20px; font-weight: 600; }
  .about, .heading, .key { font-size: 12px; fill: var(--soft); }
  .heading { font-weight: 600; letter-spacing: 0.04em; }
  .name { font-size: 14px; font-weight: 600; }
  .fact { font-size: 11.5px; fill: var(--soft); }
  .client { fill: var(--client); stroke: var(--client-edge); stroke-width: 1.5; }
  .address { fill: var(--address); stroke: var(--address-edge); stroke-width: 1.5; }
  .service { fill: var(--service); stroke: var(--service-edge); stroke-width: 1.5; }
  .datastore { fill: var(--datastore); stroke: var(--datastore-edge); stroke-width: 1.5; }
  .lid { fill: none; stroke: var(--datastore-edge); stroke-width: 1.5; }
  .arrow { fill: none; stroke: var(--line); stroke-width: 1.4; }
  .head { fill: var(--line); }
  .rule { stroke: var(--frame); }
";
