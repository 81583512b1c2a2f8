//! The example of SessionM's guide, whose files a new workspace can start with.

/// A file of the example in this repository.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../", $name)))),+]
    };
}

mod whole;

/// All files of the example, which the documentation's commands run in.
pub use whole::WHOLE;

/// Paths in a workspace, with their texts.
type Files = &'static [(&'static str, &'static str)];

/// A message of the example, with its recipient and recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// An email that shows the offer wallet.
    Wallet,
    /// A push notification that counts the offers.
    Push,
    /// A webhook that exports a segment to SessionM as tags.
    Tags,
    /// A push notification that SessionM triggers.
    Triggered,
}

const WALLET: Files = files!(
    "content_blocks/sessionm_wallet.liquid",
    "scenarios/anna.toml",
    "recordings/wallet/two-offers.json",
);

impl Example {
    /// Returns the folder of its message.
    #[must_use]
    pub fn template(self) -> &'static str {
        match self {
            Example::Wallet => "templates/offer_wallet",
            Example::Push => "templates/offer_wallet_push",
            Example::Triggered => "templates/offer_triggered",
            Example::Tags => "templates/tag_export",
        }
    }

    /// Returns its files: paths in a workspace, with their texts.
    #[must_use]
    pub fn files(self) -> Vec<(&'static str, &'static str)> {
        let [own, shared]: [Files; 2] = match self {
            Example::Wallet => [
                files!(
                    "templates/offer_wallet/message.toml",
                    "templates/offer_wallet/subject.liquid",
                    "templates/offer_wallet/body.html",
                ),
                WALLET,
            ],
            Example::Push => [
                files!(
                    "templates/offer_wallet_push/message.toml",
                    "templates/offer_wallet_push/title.liquid",
                    "templates/offer_wallet_push/message.liquid",
                ),
                WALLET,
            ],
            Example::Tags => [
                files!(
                    "templates/tag_export/message.toml",
                    "templates/tag_export/url.liquid",
                    "templates/tag_export/body.liquid",
                ),
                files!("scenarios/tags.toml"),
            ],
            Example::Triggered => [
                files!(
                    "templates/offer_triggered/message.toml",
                    "templates/offer_triggered/title.liquid",
                    "templates/offer_triggered/message.liquid",
                ),
                files!("scenarios/triggered.toml"),
            ],
        };
        let settings = ("meniscus.toml", include_str!("../../meniscus.toml"));
        std::iter::once(settings).chain(own.iter().chain(shared).copied()).collect()
    }
}
