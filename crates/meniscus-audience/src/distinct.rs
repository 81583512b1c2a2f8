use serde::{Deserialize, Serialize};

/// Bits of a hash that choose a register: 4,096 registers estimate within about 1.6 %.
const BITS: u32 = 12;

/// An estimate of how many different things were seen, in 4 KB whatever their number (HyperLogLog,
/// Flajolet et al. 2007, with linear counting for few).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Distinct {
    registers: Vec<u8>,
}

impl Default for Distinct {
    fn default() -> Distinct {
        Distinct { registers: vec![0; 1 << BITS] }
    }
}

impl Distinct {
    /// Adds the hash of a thing, of which all bits must be well mixed.
    pub fn add(&mut self, hash: u64) {
        let register = (hash >> (64 - BITS)) as usize;
        let rank = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() as u8 + 1;
        self.registers[register] = self.registers[register].max(rank);
    }

    /// Adds everything that another has seen.
    pub fn merge(&mut self, other: &Distinct) {
        for (own, other) in self.registers.iter_mut().zip(&other.registers) {
            *own = (*own).max(*other);
        }
    }

    /// Returns about how many different things were added.
    #[must_use]
    pub fn count(&self) -> u64 {
        let all = self.registers.len() as f64;
        let sum = self.registers.iter().map(|rank| 0.5_f64.powi(i32::from(*rank))).sum::<f64>();
        let estimate = 0.7213 / (1.0 + 1.079 / all) * all * all / sum;
        let empty = self.registers.iter().filter(|rank| **rank == 0).count();
        let few = all * (all / empty.max(1) as f64).ln();
        (if estimate <= 2.5 * all && empty > 0 { few } else { estimate }).round() as u64
    }
}

impl From<Distinct> for String {
    fn from(distinct: Distinct) -> String {
        // A register is at most 53.
        distinct.registers.iter().map(|rank| char::from(b'0' + rank)).collect()
    }
}

impl TryFrom<String> for Distinct {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Distinct, &'static str> {
        let registers = text
            .bytes()
            .map(|byte| byte.checked_sub(b'0').filter(|rank| *rank <= 64 - BITS as u8 + 1));
        match registers.collect::<Option<Vec<_>>>() {
            Some(registers) if registers.len() == 1 << BITS => Ok(Distinct { registers }),
            _ => Err("an estimate has 4,096 registers"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use foldhash::quality::FixedState;

    use super::Distinct;

    #[test]
    fn few_and_many_are_counted_within_some_percent() {
        let hash = FixedState::default();
        for wanted in [0_u64, 1, 100, 5_000, 20_000, 500_000] {
            let (mut one, mut two) = (Distinct::default(), Distinct::default());
            for thing in 0..wanted {
                // Each twice, in two halves that overlap.
                one.add(hash.hash_one(thing));
                two.add(hash.hash_one(thing / 2));
            }
            one.merge(&two);
            let found = one.count();
            let off = found.abs_diff(wanted) as f64 / wanted.max(1) as f64;
            assert!(off < 0.05, "{wanted}: {found}");
            let text = String::from(one.clone());
            assert_eq!(Distinct::try_from(text).unwrap(), one);
            Distinct::try_from("0".repeat(4_095)).unwrap_err();
        }
    }
}
