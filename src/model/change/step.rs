//! The parties of a change and the steps they take, in order.

/// Who acts in a step. An authority is a role: the county's, the city's or the province's (2013, Art. 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    /// The school's leader (学籍主管领导): entry and approval are two people's (R§7.1).
    SchoolLeader,
    Authority,
    ReceivingSchool,
    ReceivingAuthority,
    SendingSchool,
    SendingAuthority,
}

/// Every party: machine key, name for people, and other words for it that a clerk may type.
pub const PARTIES: &[(Party, &str, &str)] = &[
    (Party::SchoolLeader, "school-leader", "学校主管领导"),
    (Party::Authority, "authority", "学籍主管部门"),
    (Party::ReceivingSchool, "receiving-school", "转入学校"),
    (Party::ReceivingAuthority, "receiving-authority", "转入学校主管部门"),
    (Party::SendingSchool, "sending-school", "转出学校"),
    (Party::SendingAuthority, "sending-authority", "转出学校主管部门"),
];

impl Party {
    fn row(self) -> &'static (Party, &'static str, &'static str) {
        PARTIES.iter().find(|r| r.0 == self).expect("every party has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// From the machine key or the name.
    pub fn parse(text: &str) -> Option<Party> {
        PARTIES.iter().find(|r| r.1 == text || r.2 == text).map(|r| r.0)
    }
}

/// What a party does when it is its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// 同意: the application goes on.
    Consent,
    /// 退回: back to those who asked, to be mended and sent again.
    Return,
    /// 驳回: the end, with a reason.
    Reject,
    /// 撤销: those who asked take it back.
    Retract,
    /// 调档: the receiving school fetches the file of a pupil who has come; ends a transfer.
    Collect,
}

/// Every act: machine key and name for people.
pub const ACTS: &[(Act, &str, &str)] = &[
    (Act::Consent, "consent", "同意"),
    (Act::Return, "return", "退回"),
    (Act::Reject, "reject", "驳回"),
    (Act::Retract, "retract", "撤销"),
    (Act::Collect, "collect", "调档"),
];

impl Act {
    fn row(self) -> &'static (Act, &'static str, &'static str) {
        ACTS.iter().find(|r| r.0 == self).expect("every act has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// From the machine key.
    pub fn from_key(key: &str) -> Option<Act> {
        ACTS.iter().find(|r| r.1 == key).map(|r| r.0)
    }
}

/// Whom a change asks, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Nobody: the school enters it and it holds.
    None,
    /// The school's leader.
    School,
    /// The school's leader, then its registry authority.
    Authority,
    /// The four parties of a transfer, then the receiving school, which collects the file.
    Transfer,
    /// Three parties: the receiving school's authority, then, across provinces, the authority of the school left.
    Progression,
}

/// A step still to be taken: who, and for which office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub party: Party,
    /// The school's code, the authority's name, or the name of an office whose registry is another one.
    pub office: String,
}

/// The two sides of a change between schools, and the authorities they report to.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    pub school: &'a str,
    pub authority: &'a str,
    pub to_school: &'a str,
    pub to_authority: &'a str,
    /// The receiving school is in another province.
    pub across_provinces: bool,
}

impl Route {
    /// The steps of this route. Where both authorities are one, its step is taken once (R§7.5); `chain` is the order in
    /// which a province has the parties of a transfer consent.
    pub fn steps(self, sides: &Sides, chain: &[Party]) -> Vec<Planned> {
        let step = |party: Party, office: &str| Planned { party, office: office.to_owned() };
        match self {
            Route::None => Vec::new(),
            Route::School => vec![step(Party::SchoolLeader, sides.school)],
            Route::Authority => {
                vec![step(Party::SchoolLeader, sides.school), step(Party::Authority, sides.authority)]
            }
            Route::Transfer => {
                let mut steps: Vec<Planned> = chain.iter().filter_map(|p| sides.consent(*p)).collect();
                if sides.authority == sides.to_authority {
                    // Receiving school, sending school, the one authority.
                    steps.retain(|s| s.party != Party::ReceivingAuthority);
                }
                steps.push(step(Party::ReceivingSchool, sides.to_school));
                steps
            }
            Route::Progression => {
                let mut steps = vec![step(Party::ReceivingAuthority, sides.to_authority)];
                if sides.across_provinces {
                    steps.push(step(Party::SendingAuthority, sides.authority));
                }
                steps
            }
        }
    }
}

impl Sides<'_> {
    /// The consent of a party; the receiving school's is that it asked.
    fn consent(&self, party: Party) -> Option<Planned> {
        let office = match party {
            Party::ReceivingAuthority => self.to_authority,
            Party::SendingSchool => self.school,
            Party::SendingAuthority => self.authority,
            Party::ReceivingSchool | Party::SchoolLeader | Party::Authority => return None,
        };
        Some(Planned { party, office: office.to_owned() })
    }
}

/// The order of the parties where a province sets none (2013, about Art. 13; R§7.5).
pub const CHAIN: &[Party] =
    &[Party::ReceivingSchool, Party::ReceivingAuthority, Party::SendingSchool, Party::SendingAuthority];

#[cfg(test)]
mod tests {
    use super::*;

    fn parties(route: Route, sides: &Sides) -> Vec<Party> {
        route.steps(sides, CHAIN).into_iter().map(|s| s.party).collect()
    }

    #[test]
    fn one_authority_is_asked_once_and_two_are_asked_each() {
        use Party::{ReceivingAuthority, ReceivingSchool, SendingAuthority, SendingSchool};
        let within = Sides {
            school: "2133010001",
            authority: "甲县教育局",
            to_school: "2133010002",
            to_authority: "甲县教育局",
            across_provinces: false,
        };
        assert_eq!(parties(Route::Transfer, &within), [SendingSchool, SendingAuthority, ReceivingSchool]);
        let between = Sides { to_authority: "乙县教育局", ..within };
        let four = [ReceivingAuthority, SendingSchool, SendingAuthority, ReceivingSchool];
        assert_eq!(parties(Route::Transfer, &between), four);
        assert_eq!(parties(Route::Progression, &between), [ReceivingAuthority]);
        let across = Sides { across_provinces: true, ..between };
        assert_eq!(parties(Route::Progression, &across), [ReceivingAuthority, SendingAuthority]);
        assert_eq!(parties(Route::Authority, &within), [Party::SchoolLeader, Party::Authority]);
        assert!(parties(Route::None, &within).is_empty());
    }

    #[test]
    fn parties_and_acts_are_read_back() {
        for (party, key, label) in PARTIES {
            assert_eq!((Party::parse(key), Party::parse(label)), (Some(*party), Some(*party)));
        }
        for (act, key, label) in ACTS {
            assert_eq!((Act::from_key(key), act.label()), (Some(*act), *label));
        }
    }
}
