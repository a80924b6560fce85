//! Who takes part: people with sessions, applications they have allowed, and the requests that these
//! make. What a request needs (a code, a token, a signature) is got before anything is measured.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hodlxxi_tests::browser::{Browser, query};
use hodlxxi_tests::person::{Person, text};
use hodlxxi_tests::relying_party::{CALLBACK, VERIFIER, allow, register, s256};
use serde_json::{Value, json};
use url::Url;

use crate::aim::{Aim, Request, Requests, fire};
use crate::line::{Reply, get, json as read_json, post, post_form};
use crate::operation::Operation;

/// Applications of each kind: the rows of one would be in everybody's way.
const CLIENTS: usize = 8;
/// Nothing that is got beforehand takes as long.
const AS_LONG_AS_IT_TAKES: Duration = Duration::from_mins(5);

/// Everybody.
pub struct World {
    port: u16,
    lines: usize,
    people: Vec<Visitor>,
    rs256: Vec<Client>,
    es256: Vec<Client>,
}

struct Visitor {
    person: Person,
    cookie: String,
}

struct Client {
    id: String,
    /// The header line by which it authenticates.
    authorization: String,
}

impl Client {
    fn register(line: &Browser, id_token_alg: &str) -> Self {
        let metadata = json!({"redirect_uris": [CALLBACK], "client_name": "Load", "id_token_signed_response_alg": id_token_alg,
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"]});
        let answer = register(line, &metadata).json_with(201);
        let id = text(&answer, "client_id").to_owned();
        let secret = text(&answer, "client_secret");
        let credentials = STANDARD.encode(format!("{id}:{secret}"));
        Self {
            id,
            authorization: format!("Authorization: Basic {credentials}\r\n"),
        }
    }

    fn authorize_path(&self, scope: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([
            ("client_id", self.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", scope),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge", &s256(VERIFIER)),
            ("code_challenge_method", "S256"),
        ]);
        format!("/oauth/authorize?{}", query.finish())
    }

    fn token(&self, pairs: &[(&str, &str)]) -> Request {
        post_form("/oauth/token", &self.authorization, pairs).into()
    }

    fn redemption(&self, code: &str) -> Request {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
    }

    fn refresh(&self, token: &str) -> Request {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }
}

impl World {
    /// Signs everybody in at the server on `port`, registers the applications, and has each person
    /// allow those they use. Later `lines` connections ask at once.
    pub fn settle(port: u16, lines: usize) -> Self {
        let origin = format!("http://localhost:{port}");
        let line = Browser::new(&origin);
        let clients = |alg| (0..CLIENTS).map(|_| Client::register(&line, alg)).collect();
        let mut world = Self {
            port,
            lines,
            people: Vec::new(),
            rs256: clients("RS256"),
            es256: clients("ES256"),
        };
        // Enough that no two connections often act for the same one.
        for number in 0..(2 * lines).next_multiple_of(CLIENTS) {
            let browser = Browser::new(&origin);
            let person = Person::named(&format!("load {number}"));
            person.sign_in(&browser);
            for kind in [&world.rs256, &world.es256] {
                let path = kind[number % CLIENTS].authorize_path("openid profile offline_access");
                allow(&browser, browser.get(&path));
            }
            let cookie = browser.cookie("hodlxxi_session").expect("a session");
            world.people.push(Visitor {
                person,
                cookie: format!("Cookie: hodlxxi_session={cookie}\r\n"),
            });
        }
        world
    }

    /// Requests of one operation: `count` of them, where each can be made but once.
    pub async fn requests(&self, operation: Operation, count: usize) -> Requests {
        match operation {
            Operation::Discovery => {
                let request = get("/.well-known/openid-configuration", "");
                Requests::Turns(vec![request.into()])
            }
            Operation::ClientCredentials => {
                let pairs = [("grant_type", "client_credentials")];
                Requests::Turns(
                    self.rs256
                        .iter()
                        .map(|client| client.token(&pairs))
                        .collect(),
                )
            }
            Operation::Introspection => {
                let tokens = self.tokens("openid", self.people.len()).await;
                let ask = |(number, tokens): (usize, &Value)| {
                    let authorization = &self.rs256[number % CLIENTS].authorization;
                    let token = text(tokens, "access_token");
                    post_form("/oauth/introspect", authorization, &[("token", token)]).into()
                };
                Requests::Turns(tokens.iter().enumerate().map(ask).collect())
            }
            Operation::Userinfo => {
                let tokens = self.tokens("openid profile", self.people.len()).await;
                let bearer = |tokens: &Value| {
                    let token = text(tokens, "access_token");
                    get(
                        "/oauth/userinfo",
                        &format!("Authorization: Bearer {token}\r\n"),
                    )
                    .into()
                };
                Requests::Turns(tokens.iter().map(bearer).collect())
            }
            Operation::Authorize => Requests::Turns(self.authorizations(&self.rs256, "openid")),
            Operation::CodeRs256 => self.redemptions(&self.rs256, "openid", count).await,
            Operation::CodeEs256 => self.redemptions(&self.es256, "openid", count).await,
            Operation::Refresh => self.refreshes().await,
            Operation::SignIn => self.sign_ins(count).await,
        }
    }

    /// An authorization request of each person.
    fn authorizations(&self, clients: &[Client], scope: &str) -> Vec<Request> {
        let people = self.people.iter().enumerate();
        let ask = |(number, visitor): (usize, &Visitor)| {
            let path = clients[number % CLIENTS].authorize_path(scope);
            get(&path, &visitor.cookie).into()
        };
        people.map(ask).collect()
    }

    /// A request for each of `count` new codes.
    async fn redemptions(&self, clients: &[Client], scope: &str, count: usize) -> Requests {
        let asked = self.authorizations(clients, scope);
        let asked = (0..count).map(|number| asked[number % asked.len()].clone());
        let codes = self
            .collect(303, asked.collect(), |reply| {
                let target = reply.header("location").expect("a redirect");
                let target = Url::parse(&target).expect("its target");
                query(&target).remove("code").expect("a code")
            })
            .await;
        // People outnumber the applications by a whole factor, so that the numbers go together.
        let redeem = |(number, code): (usize, String)| clients[number % CLIENTS].redemption(&code);
        Requests::Once(codes.into_iter().enumerate().map(redeem).collect())
    }

    /// The answers to `count` code grants.
    async fn tokens(&self, scope: &str, count: usize) -> Vec<Value> {
        let Requests::Once(requests) = self.redemptions(&self.rs256, scope, count).await else {
            return Vec::new();
        };
        self.collect(200, requests, read_json).await
    }

    /// A family of refresh tokens for each connection.
    async fn refreshes(&self) -> Requests {
        let tokens = self.tokens("openid offline_access", self.lines).await;
        let first = |(number, tokens): (usize, &Value)| {
            self.rs256[number % CLIENTS].refresh(text(tokens, "refresh_token"))
        };
        let authorizations: Vec<_> = self
            .rs256
            .iter()
            .map(|client| client.authorization.clone())
            .collect();
        let next = move |line: usize, reply: &Reply<'_>| {
            let tokens = read_json(reply);
            let pairs = [
                ("grant_type", "refresh_token"),
                ("refresh_token", text(&tokens, "refresh_token")),
            ];
            Rc::from(post_form(
                "/oauth/token",
                &authorizations[line % CLIENTS],
                &pairs,
            ))
        };
        Requests::Chains(
            tokens.iter().enumerate().map(first).collect(),
            Box::new(next),
        )
    }

    /// `count` challenges, answered.
    async fn sign_ins(&self, count: usize) -> Requests {
        let ask = |number: usize| {
            let body = json!({"pubkey": self.people[number % self.people.len()].person.pubkey()});
            post("/api/challenge", "", "application/json", &body.to_string()).into()
        };
        let challenges = self
            .collect(200, (0..count).map(ask).collect(), read_json)
            .await;
        let answer = |(number, challenge): (usize, &Value)| {
            let person = &self.people[number % self.people.len()].person;
            let body = json!({"pubkey": person.pubkey(), "challenge_id": challenge["challenge_id"],
                "signature": person.sign(text(challenge, "challenge"))});
            post("/api/verify", "", "application/json", &body.to_string()).into()
        };
        Requests::Once(challenges.iter().enumerate().map(answer).collect())
    }

    /// What `read` makes of the answer to each request, in the order of the requests.
    async fn collect<T>(
        &self,
        status: u16,
        requests: Vec<Request>,
        read: impl Fn(&Reply<'_>) -> T,
    ) -> Vec<T> {
        let aim = Aim {
            port: self.port,
            lines: self.lines,
            time: AS_LONG_AS_IT_TAKES,
            most: usize::MAX,
            status,
        };
        let mut read_by_number = BTreeMap::new();
        fire(aim, Requests::Once(requests), &mut |number, reply| {
            read_by_number.insert(number, read(reply));
        })
        .await;
        read_by_number.into_values().collect()
    }
}
