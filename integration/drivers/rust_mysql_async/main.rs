// Does steps.txt with mysql_async. Arguments: host, port, steps.txt.
use futures_util::{FutureExt, StreamExt};
use mysql_async::prelude::*;
use mysql_async::*;
use std::collections::HashMap;

struct Sessions {
    host: String,
    port: u16,
    connections: HashMap<String, Conn>,
    name: String,
    last: String,
}

fn value(text: &str) -> Value {
    let (kind, rest) = text.split_once(':').unwrap();
    match kind {
        "i" => Value::Int(rest.parse().unwrap()),
        "f" => Value::Double(rest.parse().unwrap()),
        "x" => Value::Bytes((0..rest.len()).step_by(2).map(|at| u8::from_str_radix(&rest[at..at + 2], 16).unwrap()).collect()),
        "b" => Value::Bytes(vec![b'x'; rest.parse().unwrap()]),
        "n" => Value::NULL,
        "t" | "D" => date(rest),
        "T" => {
            let part: Vec<u8> = rest.split(':').map(|part| part.parse().unwrap()).collect();
            Value::Time(false, 0, part[0], part[1], part[2], 0)
        }
        _ => Value::Bytes(rest.into()),
    }
}

fn date(text: &str) -> Value {
    let mut part: Vec<u32> = text.split(['-', ' ', ':', '.']).map(|part| part.parse().unwrap()).collect();
    part.resize(7, 0);
    Value::Date(part[0] as u16, part[1] as u8, part[2] as u8, part[3] as u8, part[4] as u8, part[5] as u8, part[6])
}

fn values(texts: &[&str]) -> Params {
    if texts.is_empty() {
        return Params::Empty;
    }
    Params::Positional(texts.iter().map(|text| value(text)).collect())
}

// "INSERT ... VALUES" answers with nothing in `columns`.
async fn print<P: Protocol + Send>(mut result: QueryResult<'_, '_, P>) -> Result<()> {
    while !result.is_empty() {
        if let Some(columns) = result.columns().filter(|columns| !columns.is_empty()) {
            let shown: Vec<String> = columns
                .iter()
                .map(|c| format!("{}:{:?}:{}:{:?}", c.name_str(), c.column_type(), c.column_length(), c.flags()))
                .collect();
            println!("columns {}", shown.join(" "));
            let rows: Vec<Row> = result.collect().await?;
            for row in rows {
                let cells: Vec<String> = row.unwrap().iter().map(|cell| format!("{cell:?}")).collect();
                println!("row {}", cells.join("|"));
            }
        } else {
            println!(
                "done {} id {:?} warnings {} info {:?}",
                result.affected_rows(),
                result.last_insert_id(),
                result.warnings(),
                result.info()
            );
            let _: Vec<Row> = result.collect().await?;
        }
    }
    Ok(())
}

impl Sessions {
    fn current(&mut self) -> Result<&mut Conn> {
        self.connections.get_mut(&self.name).ok_or_else(|| DriverError::ConnectionClosed.into())
    }

    async fn connect(&mut self, name: &str, words: &[&str]) -> Result<()> {
        self.name = name.into();
        self.connections.remove(name);
        let wanted: HashMap<&str, &str> = words.iter().filter_map(|word| word.split_once('=')).collect();
        let one = |key: &str, otherwise: &str| Some(wanted.get(key).copied().unwrap_or(otherwise).to_string());
        let mut options = OptsBuilder::default()
            .ip_or_hostname(self.host.clone())
            .tcp_port(self.port)
            .prefer_socket(false)
            .user(one("user", "app"))
            .pass(one("password", "secret"))
            .db_name(one("database", "commerce"))
            .client_found_rows(wanted.contains_key("found_rows"));
        if let Some(attributes) = wanted.get("attributes") {
            for (key, text) in attributes.split(',').filter_map(|pair| pair.split_once(':')) {
                options = options.connect_attribute(key, text);
            }
        }
        if let Some(charset) = wanted.get("charset") {
            options = options.init(vec![format!("SET NAMES {charset}")]);
        }
        if wanted.contains_key("tls") {
            options = options.ssl_opts(SslOpts::default().with_danger_accept_invalid_certs(true));
        }
        if wanted.contains_key("compress") {
            options = options.compression(Compression::default());
        }
        if wanted.contains_key("infile") {
            options = options.local_infile_handler(Some(|_: &[u8]| {
                let bytes = std::fs::read(std::env::var("CONFORMANCE_FILE").unwrap());
                async move { Ok(futures_util::stream::iter([bytes.map(Into::into)]).boxed()) }.boxed()
            }));
        }
        let conn = Conn::new(options).await?;
        self.connections.insert(name.into(), conn);
        println!("connected");
        Ok(())
    }

    async fn step(&mut self, word: &str, rest: &[&str]) -> Result<()> {
        match word {
            "connect" => self.connect(rest[0], &rest[1..]).await?,
            "use" => self.name = rest[0].into(),
            "close" => {
                let name = self.name.clone();
                if let Some(conn) = self.connections.remove(&name) {
                    conn.disconnect().await?;
                }
                println!("closed");
            }
            "query" | "multi" => {
                let file = std::env::var("CONFORMANCE_FILE").unwrap_or_default();
                print(self.current()?.query_iter(rest[0].replace("$FILE", &file)).await?).await?;
            }
            "length" => {
                let text: Option<String> = self.current()?.query_first(rest[0]).await?;
                println!("length {}", text.unwrap_or_default().len());
            }
            "exec" => {
                self.last = rest[0].into();
                print(self.current()?.exec_iter(rest[0], values(&rest[1..])).await?).await?;
            }
            "again" => {
                let last = self.last.clone();
                print(self.current()?.exec_iter(last, values(rest)).await?).await?;
            }
            "batch" => {
                let all = vec![values(&rest[1..]); 100];
                let conn = self.current()?;
                conn.exec_batch(rest[0], all).await?;
                println!("batch done, the last command affected {}", conn.affected_rows());
            }
            "stream" => {
                let mut result = self.current()?.exec_iter(rest[0], ()).await?;
                let (mut count, mut characters) = (0, 0);
                while let Some(row) = result.next().await? {
                    count += 1;
                    characters += row.unwrap().iter().map(|cell| format!("{cell:?}").len()).sum::<usize>();
                }
                println!("streamed {count} {characters}");
            }
            // The library's own transaction borrows its connection until it ends.
            "begin" => self.current()?.query_drop("START TRANSACTION").await?,
            "commit" | "rollback" => self.current()?.query_drop(word).await?,
            "autocommit" => self.current()?.query_drop(format!("SET autocommit = {}", rest[0])).await?,
            "isolation" => {
                let mut options = TxOpts::default();
                options.with_readonly(true).with_isolation_level(match rest[0] {
                    "SERIALIZABLE" => IsolationLevel::Serializable,
                    "READ COMMITTED" => IsolationLevel::ReadCommitted,
                    _ => IsolationLevel::RepeatableRead,
                });
                let mut transaction = self.current()?.start_transaction(options).await?;
                let count: Option<u64> = transaction.query_first("SELECT COUNT(*) FROM d_tx").await?;
                transaction.commit().await?;
                println!("isolation {} {count:?}", rest[0]);
            }
            "ping" => {
                self.current()?.ping().await?;
                println!("alive");
            }
            "reset" => println!("reset {}", self.current()?.reset().await?),
            "change_user" => {
                let options = ChangeUserOpts::new()
                    .with_user(Some(rest[0].into()))
                    .with_pass(Some(rest[1].into()))
                    .with_db_name(Some(rest[2].into()));
                self.current()?.change_user(options).await?;
                println!("changed");
            }
            "schema" => self.current()?.query_drop(format!("USE {}", rest[0])).await?,
            "kill" => {
                let other = self.connections.get_mut(rest[0]).ok_or(DriverError::ConnectionClosed)?;
                let number: Option<u64> = other.query_first("SELECT CONNECTION_ID()").await?;
                self.current()?.query_drop(format!("KILL {}", number.unwrap())).await?;
            }
            _ => println!("unsupported"),
        }
        Ok(())
    }
}

fn told(error: Error) -> String {
    match error {
        Error::Server(error) => format!("error {} {} {}", error.code, error.state, error.message),
        Error::Driver(DriverError::StmtParamsMismatch { .. }) => "error wrong number of parameters".into(),
        Error::Driver(error) => format!("error {error}"),
        Error::Io(_) => "error input/output".into(),
        _ => "error of another kind".into(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let steps = std::fs::read_to_string(&arguments[3]).unwrap();
    let mut sessions = Sessions {
        host: arguments[1].clone(),
        port: arguments[2].parse().unwrap(),
        connections: HashMap::new(),
        name: String::new(),
        last: String::new(),
    };
    for line in steps.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split('\t').collect();
        if words[0] == "section" {
            println!("== {}", words[1]);
            continue;
        }
        println!("> {}", line.chars().take(200).collect::<String>());
        if let Err(error) = sessions.step(words[0], &words[1..]).await {
            println!("{}", told(error));
        }
    }
}
