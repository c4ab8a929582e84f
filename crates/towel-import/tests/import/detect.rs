//! Repositories that are looked at.

use towel_import::{Detected, Folder, detect};

use crate::support::sound;

#[track_caller]
fn seen(files: &[(&str, &str)]) -> (Detected, String) {
    let detected = detect(&Folder::new(files.iter().copied()), "shop");
    let text = if detected.draft.services.is_empty() { String::new() } else { sound(&detected.draft) };
    (detected, text)
}

/// `role name what folder` of each part.
fn parts(detected: &Detected) -> Vec<String> {
    let one = |sight: &towel_import::Sight| format!("{} {} {} {}", sight.role, sight.name, sight.what, sight.folder);
    detected.sights.iter().map(|sight| one(sight).trim_end().to_owned()).collect()
}

#[track_caller]
fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

pub(crate) const MONOREPO: &[(&str, &str)] = &[
    (".git/config", "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@github.com:Acme/Shop.git\n"),
    (".nvmrc", "lts/iron\n"),
    (
        "package.json",
        r#"{ "name": "shop", "private": true, "packageManager": "pnpm@9.1.0", "workspaces": ["apps/*"], "scripts": { "start": "turbo run start" } }"#,
    ),
    ("pnpm-lock.yaml", ""),
    (
        "apps/api/package.json",
        "{\n  \"name\": \"@shop/api\",\n  \"scripts\": { \"start:prod\": \"prisma migrate deploy && node dist/main\" },\n  \
         \"dependencies\": {\n    \"@nestjs/core\": \"11\",\n    \"ioredis\": \"5\",\n    \"@prisma/client\": \"6\"\n  }\n}\n",
    ),
    (
        "apps/api/prisma/schema.prisma",
        "generator client { provider = \"prisma-client-js\" }\ndatasource db {\n  provider = \"postgresql\"\n}\n",
    ),
    ("apps/api/src/main.ts", "app.setGlobalPrefix('api');\nawait app.listen(process.env.PORT ?? 3001);\n"),
    (
        "apps/api/src/health.controller.ts",
        "@Controller('health')\nexport class A {\n  @Get('live') live() {}\n  @Get('ready') ready() {}\n}\n",
    ),
    (
        "apps/api/.env.example",
        "# Database\nDATABASE_URL=postgresql://user:pass@localhost:5432/shop?schema=public\nREDIS_HOST=localhost\nREDIS_PORT=6379\n\
         JWT_SECRET=change-me\nSTRIPE_KEY=\nSTRIPE_SECRET_KEY=sk_test_1\nLOG_LEVEL=debug\nWEB_URL=http://localhost:3000\nPORT=3001\n",
    ),
    ("apps/web/package.json", r#"{ "dependencies": { "next": "15" }, "scripts": { "start": "next start" } }"#),
    ("apps/web/next.config.js", "module.exports = { output: 'standalone' }\n"),
    ("apps/web/app/api/health/route.ts", "export const GET = () => new Response()\n"),
    ("apps/web/.env.example", "NEXT_PUBLIC_API_URL=http://localhost:3001/api\nAPI_URL=http://localhost:3001/v1\n"),
    ("apps/admin/package.json", r#"{ "devDependencies": { "vite": "6" }, "dependencies": { "react": "19" } }"#),
    ("apps/admin/index.html", ""),
    ("apps/admin/.env.example", "VITE_API=http://localhost:3001\n"),
    ("packages/ui/package.json", r#"{ "name": "@shop/ui", "devDependencies": { "vite": "6" } }"#),
    ("mobile/pubspec.yaml", "name: shop_mobile\ndependencies:\n  flutter:\n    sdk: flutter\n"),
    ("mobile/lib/main.dart", ""),
    ("tools/importer/Gemfile", ""),
    ("examples/demo/package.json", r#"{ "scripts": { "start": "node ." } }"#),
];

#[test]
fn a_monorepo_is_taken_apart() {
    let (detected, text) = seen(MONOREPO);
    assert_eq!(
        parts(&detected),
        [
            "library shop library .",
            "service admin static apps/admin",
            "service api nestjs apps/api",
            "service web nextjs apps/web",
            "client mobile flutter mobile",
            "library ui library packages/ui",
            "datastore postgres postgres",
            "datastore redis redis",
        ]
    );
    has(
        &text,
        &[
            "repository: github.com/Acme/Shop",
            "# .git/config:4",
            "apps/api/package.json:5 depends on `@nestjs/core`; node 20 (.nvmrc), pnpm (package.json)",
            "image: ghcr.io/acme/shop-api:${version}",
            "run: sh -c 'cd apps/api 2>/dev/null; exec node dist/main'",
            "port: 3001",
            "# apps/api/src/main.ts:2",
            "live: /api/health/live",
            "ready: /api/health/ready",
            "DATABASE_URL: ${postgres.url}?schema=public",
            "REDIS_HOST: ${redis.host}",
            "REDIS_PORT: ${redis.port}",
            "JWT_SECRET: ${secret.jwt_secret}",
            "STRIPE_SECRET_KEY: ${secret.stripe_secret_key}",
            "LOG_LEVEL: debug",
            "ready: /api/health ",
            "NEXT_PUBLIC_API_URL: http://localhost:3001/api",
            "browsers use it",
            "API_URL: ${api.url}/v1",
            "STRIPE_KEY: ${secret.stripe_key}",
            "schema.prisma:2 is Prisma's datasource",
            "expose: { host: \"api.${env.domain}\" }",
            "clients:",
            "stack: flutter",
            "source: mobile",
            "jwt_secret: { generate: 64 }",
        ],
    );
    assert!(!text.contains("sk_test") && !text.contains("change-me") && !text.contains("PORT: \"3001\""), "{text}");
}

#[test]
fn what_is_not_understood_or_worth_a_look_is_said() {
    let (detected, _) = seen(MONOREPO);
    let said: Vec<String> = detected.unclear.iter().map(|one| format!("{}: {}", one.place, one.what)).collect();
    let said = said.join("\n");
    has(
        &said,
        &[
            "apps/api/package.json:3: `start:prod` changes the database at every start",
            "tools/importer/Gemfile: Ruby, for which towel has no stack",
            "`admin` is files: its variables are read when it is built",
            "examples/demo/package.json: a project below folders of tests",
        ],
    );
    // Migrations are never put into the file unasked.
    assert!(detected.draft.services.iter().all(|service| service.before.is_empty()));
}

#[test]
fn a_single_node_service_with_a_compose_file_beside_it() {
    let (detected, text) = seen(&[
        (
            "package.json",
            r#"{ "dependencies": { "express": "5", "mysql2": "3" }, "scripts": { "start": "node index.js" }, "engines": { "node": ">=20" } }"#,
        ),
        ("index.js", "const app = express();\napp.get('/healthz', (q, s) => s.end());\napp.listen(4000);\n"),
        (
            "compose.yaml",
            "services:\n  app: { build: . , depends_on: [maria, cache] }\n  maria: { image: 'mariadb:11.4', volumes: ['d:/var/lib/mysql'] }\n  cache: { image: 'redis:7.2' }\n",
        ),
        ("Dockerfile", "FROM node:20\nEXPOSE 4000\n"),
    ]);
    assert_eq!(parts(&detected), ["service app node .", "datastore maria mariadb", "datastore cache redis"]);
    has(
        &text,
        &[
            "port: 4000",
            "ready: /healthz",
            "version: \"11.4\"",
            "DATABASE_URL: ${maria.url}",
            "REDIS_URL: ${cache.url}",
            "image: shop:${version}",
            "run: node index.js",
        ],
    );
    let said: Vec<&str> = detected.unclear.iter().map(|one| one.what.as_str()).collect();
    assert!(said.iter().any(|what| what.contains("listens on 4000, whatever `PORT` says")), "{said:?}");
}

#[test]
fn php_is_told_apart_and_its_databases_come_from_its_variables() {
    let (detected, text) = seen(&[
        (
            "api/composer.json",
            r#"{ "require": { "php": ">=8.2", "symfony/framework-bundle": "7.*", "ext-redis": "*" } }"#,
        ),
        ("api/bin/console", ""),
        ("api/public/index.php", ""),
        (
            "api/.env",
            "APP_ENV=dev\nAPP_SECRET=abc\nDATABASE_URL=\"mysql://app:pw@127.0.0.1:3306/app?serverVersion=8.0\"\n",
        ),
        ("shop/composer.json", r#"{ "require": { "laravel/framework": "^11.0" } }"#),
        ("shop/package.json", r#"{ "devDependencies": { "vite": "6" } }"#),
        ("shop/artisan", ""),
        ("shop/public/index.php", ""),
        ("shop/bootstrap/app.php", "->withRouting(\n        health: '/up',\n"),
        (
            "shop/.env.example",
            "APP_KEY=\nDB_CONNECTION=mysql\nDB_HOST=127.0.0.1\nDB_PORT=3306\nDB_DATABASE=shop\nDB_USERNAME=root\nDB_PASSWORD=\n",
        ),
    ]);
    assert_eq!(
        parts(&detected)[..3],
        ["service api php api", "library shop library shop", "service shop php shop"].map(str::to_owned)
    );
    has(
        &text,
        &[
            "Symfony: api/composer.json:1 depends on `symfony/framework-bundle`; php >=8.2",
            "Laravel:",
            "DATABASE_URL: ${mysql.url}?serverVersion=8.0",
            "DB_CONNECTION: mysql",
            "DB_HOST: ${mysql.host}",
            "DB_DATABASE: ${mysql.name}",
            "DB_USERNAME: ${mysql.user}",
            "DB_PASSWORD: ${mysql.password}",
            "APP_KEY: ${secret.app_key}",
            "ready: /up",
            "run: sh -c 'cd shop 2>/dev/null; exec php -S 127.0.0.1:$PORT -t public'",
        ],
    );
}

#[test]
fn python_go_and_rust_are_started_as_they_are_written() {
    let (detected, text) = seen(&[
        (
            "ml/pyproject.toml",
            "[project]\nname = \"ml\"\ndependencies = [\n  \"fastapi>=0.110\",\n  \"psycopg[binary]>=3\",\n]\n",
        ),
        ("ml/uv.lock", ""),
        ("ml/app/main.py", "from fastapi import FastAPI\napi = FastAPI()\n@api.get(\"/healthz\")\ndef ok(): ...\n"),
        ("old/requirements.txt", "Django==5.0\ngunicorn\nmysqlclient\n# pymongo\n"),
        ("old/manage.py", ""),
        ("old/site_old/wsgi.py", ""),
        (
            "svc/go.mod",
            "module example.com/acme/svc/v2\n\ngo 1.23\n\nrequire (\n\tgithub.com/jackc/pgx/v5 v5.6.0\n\tgithub.com/redis/go-redis/v9 v9.5.1 // indirect\n)\n",
        ),
        (
            "svc/cmd/api/main.go",
            "http.ListenAndServe(\":\"+os.Getenv(\"PORT\"), nil)\nhttp.HandleFunc(\"/readyz\", f)\n",
        ),
        ("svc/cmd/worker/main.go", "func main() {}\n"),
        ("svc/cmd/migrate/main.go", "func main() {}\n"),
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\"]\n[workspace.dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n",
        ),
        (
            "crates/gate/Cargo.toml",
            "[package]\nname = \"gate\"\n[dependencies]\naxum = \"0.8\"\nsqlx.workspace = true\n",
        ),
        ("crates/gate/src/main.rs", "let listener = TcpListener::bind(\"0.0.0.0:7000\");\n"),
        ("crates/lib/Cargo.toml", "[package]\nname = \"lib\"\n"),
        ("crates/lib/src/lib.rs", ""),
    ]);
    assert_eq!(
        parts(&detected),
        [
            "service gate rust crates/gate",
            "library lib library crates/lib",
            "service ml python ml",
            "service old python old",
            "service api go svc",
            "library migrate library svc",
            "service worker go svc",
            "datastore postgres postgres",
            "datastore mysql mysql",
        ]
    );
    has(
        &text,
        &[
            "run: sh -c 'cd ml 2>/dev/null; exec uvicorn app.main:api --host 0.0.0.0 --port $PORT'",
            "run: sh -c 'cd old 2>/dev/null; exec gunicorn site_old.wsgi'",
            "run: ./svc/bin/api ",
            "go build -C svc -o bin/api ./cmd/api",
            "run: ./target/release/gate",
            "port: 7000",
            "ready: /readyz",
            "uv (ml/uv.lock)",
        ],
    );
    let worker = detected.draft.services.iter().find(|service| service.name == "worker").unwrap();
    assert!(worker.port.is_none() && worker.needs.iter().any(|need| need.value == "postgres"));
    assert!(detected.unclear.iter().any(|one| one.what.contains("`migrate` looks like a command")));
}

#[test]
fn a_dockerfile_alone_is_a_service_by_its_image() {
    let (detected, text) = seen(&[
        (
            "legacy/Dockerfile",
            "FROM ruby:3.3\nHEALTHCHECK --interval=5s \\\n  CMD curl -f http://localhost:3000/up || exit 1\nEXPOSE 3000/tcp\n",
        ),
        ("legacy/Gemfile", "gem 'rails'\n"),
    ]);
    assert_eq!(parts(&detected), ["service legacy image legacy"]);
    has(&text, &["port: 3000", "ready: /up", "image: shop:${version}"]);
    assert!(detected.unclear[0].what.contains("Ruby"));
}

#[test]
fn a_static_export_of_next_is_files() {
    let (detected, text) = seen(&[
        (
            "package.json",
            r#"{ "dependencies": { "next": "15" }, "scripts": { "build": "next build", "start": "next start" } }"#,
        ),
        ("next.config.mjs", "export default {\n  output: 'export',\n}\n"),
        ("pages/index.tsx", ""),
    ]);
    assert_eq!(parts(&detected), ["service app static ."]);
    has(&text, &["stack: static", "next.config.mjs:2 says `output: 'export'`", "port: 8080"]);
}

#[test]
fn nothing_is_made_up_where_nothing_is() {
    let (detected, _) = seen(&[("README.md", "# hello\n"), ("node_modules/x/package.json", "{}")]);
    assert!(detected.draft.services.is_empty() && detected.sights.is_empty() && detected.unclear.is_empty());
}

#[test]
fn broken_manifests_are_no_reason_to_stop() {
    let (detected, _) = seen(&[
        ("a/package.json", "{ not json"),
        ("b/Cargo.toml", "[package\n"),
        ("c/pyproject.toml", "= ="),
        ("d/pubspec.yaml", "a: [\n"),
        ("e/go.mod", ""),
        ("compose.yaml", "services: [\n"),
        (".git/config", "[remote\nurl"),
    ]);
    assert!(detected.draft.services.is_empty());
}
