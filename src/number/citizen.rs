//! G, 正式学籍号: the citizen number at the time of issue, and never again after it.

use crate::model::document::{Document, DocumentKind};
use crate::model::registry_number::{NumberKind, RegistryNumber};
use crate::number::{Refusal, number};

/// The formal number of a pupil whose identity has been confirmed, from the document it was confirmed with. That the
/// identity *is* confirmed, and that the pupil has no G yet, is the caller's to know (R§3.1 rules 2 and 4).
///
/// # Errors
/// A document that carries no citizen number: only 居民身份证, 户口簿 (which prints it) and 港澳台居民居住证 do.
pub fn confirm(document: &Document) -> Result<RegistryNumber, Refusal> {
    match document.kind() {
        DocumentKind::ResidentId | DocumentKind::HukouBooklet | DocumentKind::HmtResidencePermit => {}
        DocumentKind::PermanentResidence
        | DocumentKind::HmTravelPermit
        | DocumentKind::TwTravelPermit
        | DocumentKind::Passport
        | DocumentKind::HkPassport
        | DocumentKind::MoPassport
        | DocumentKind::OfficerCard
        | DocumentKind::SoldierCard
        | DocumentKind::CivilCadre
        | DocumentKind::RetiredMilitary
        | DocumentKind::Other => return Err(Refusal::NoCitizenNumber(document.kind())),
    }
    if document.reveal().len() != 18 {
        return Err(Refusal::Legacy15);
    }
    Ok(number(NumberKind::Citizen, document.reveal()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::document::{Holder, Sex, parse_official};
    use crate::number::{assigned, provisional};

    fn document(code: &str, text: &str) -> Document {
        parse_official(code, text, Holder::Adult).unwrap()
    }

    #[test]
    fn rule_2_a_confirmed_citizen_number_becomes_g_whatever_the_l_was() {
        let provisional = provisional::draw("110105", date(2015, 3, 14), 0, [1; 32]).unwrap();
        let formal = confirm(&document("1", "330106201503140015")).unwrap();
        assert_eq!(formal.reveal(), "G330106201503140015");
        assert_ne!(
            formal.body().get(..6),
            provisional.body().get(..6),
            "L has the school's division, G the pupil's own"
        );
    }

    #[test]
    fn rule_3_a_pupil_with_an_assigned_number_gets_a_g_once_there_is_a_citizen_number() {
        let assigned = assigned::compose("110105", date(2015, 3, 14), 1, Sex::Male).unwrap();
        let formal = confirm(&document("1", "330106201503140015")).unwrap();
        assert_eq!((assigned.kind(), formal.kind()), (NumberKind::Assigned, NumberKind::Citizen));
        assert!(assigned.warnings().is_empty(), "the record of the old number stays sound");
    }

    #[test]
    fn rule_4_a_g_that_differs_from_the_citizen_number_of_today_is_sound() {
        let issued = confirm(&document("1", "330106201503140015")).unwrap();
        let today = document("1", "110101202311012176");
        assert_ne!(issued.body(), today.reveal());
        assert_eq!(RegistryNumber::parse(issued.reveal()).unwrap().warnings(), []);
    }

    #[test]
    fn every_document_with_a_citizen_number_gives_it() {
        for (code, text) in [
            ("1", "11010519491231002x"),
            ("B", "330106201503140015"),
            ("1", "810000199408230021"),
            ("8", "830000199201300022"),
        ] {
            let formal = confirm(&document(code, text)).unwrap();
            assert_eq!(formal.body(), text.to_uppercase());
        }
    }

    #[test]
    fn every_other_document_is_refused_with_its_reason() {
        for (code, text) in [
            ("9", "911124198108030024"),
            ("6", "H12345678"),
            ("8", "01234567"),
            ("A", "E12345678"),
            ("6", "K12345678"),
            ("7", "MA1234567"),
            ("2", "1234567"),
            ("3", "1234567"),
            ("4", "1234567"),
            ("5", "1234567"),
            ("Z", "R330012345"),
        ] {
            let document = document(code, text);
            assert_eq!(confirm(&document), Err(Refusal::NoCitizenNumber(document.kind())));
        }
        assert_eq!(confirm(&document("1", "610104620927690")), Err(Refusal::Legacy15));
    }
}
