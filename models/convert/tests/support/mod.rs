//! Builds small TFLite files by hand, and reads ONNX files back.

/// A node of a FlatBuffers file, written in the order of the tree.
pub enum Value {
    /// Fields by slot.
    Table(Vec<(usize, Field)>),
    /// A vector of plain elements: their number and their bytes.
    Plain(usize, Vec<u8>),
    Tables(Vec<Value>),
}

pub enum Field {
    Scalar(Vec<u8>),
    Reference(Value),
}

pub fn byte(value: i8) -> Field {
    Field::Scalar(value.to_le_bytes().into())
}

pub fn int(value: i32) -> Field {
    Field::Scalar(value.to_le_bytes().into())
}

pub fn text(value: &str) -> Field {
    Field::Reference(Value::Plain(value.len(), value.into()))
}

pub fn bytes(value: &[u8]) -> Field {
    Field::Reference(Value::Plain(value.len(), value.into()))
}

pub fn ints(values: &[i32]) -> Field {
    let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Field::Reference(Value::Plain(values.len(), raw))
}

pub fn table(fields: Vec<(usize, Field)>) -> Field {
    Field::Reference(Value::Table(fields))
}

pub fn tables(values: Vec<Vec<(usize, Field)>>) -> Field {
    Field::Reference(Value::Tables(values.into_iter().map(Value::Table).collect()))
}

/// A whole file with the TFLite identifier.
pub fn tflite(root: Vec<(usize, Field)>) -> Vec<u8> {
    let mut file = vec![0, 0, 0, 0];
    file.extend(b"TFL3");
    let start = write(&mut file, &Value::Table(root)) as u32;
    file[..4].copy_from_slice(&start.to_le_bytes());
    file
}

/// Appends a value and returns where it starts.
fn write(file: &mut Vec<u8>, value: &Value) -> usize {
    match value {
        Value::Plain(count, raw) => {
            let start = file.len();
            file.extend((*count as u32).to_le_bytes());
            file.extend(raw);
            start
        }
        Value::Tables(values) => {
            let start = file.len();
            file.extend((values.len() as u32).to_le_bytes());
            file.resize(start + 4 + 4 * values.len(), 0);
            for (index, value) in values.iter().enumerate() {
                write_behind_offset(file, start + 4 + 4 * index, value);
            }
            start
        }
        Value::Table(fields) => write_table(file, fields),
    }
}

fn write_table(file: &mut Vec<u8>, fields: &[(usize, Field)]) -> usize {
    let slots = fields.iter().map(|(slot, _)| slot + 1).max().unwrap_or(0);
    let vtable = file.len();
    file.resize(vtable + 4 + 2 * slots, 0);
    file[vtable..vtable + 2].copy_from_slice(&((4 + 2 * slots) as u16).to_le_bytes());
    let start = file.len();
    file.extend(((start - vtable) as i32).to_le_bytes());
    let mut references = Vec::new();
    for (slot, field) in fields {
        let entry = vtable + 4 + 2 * slot;
        let relative = (file.len() - start) as u16;
        file[entry..entry + 2].copy_from_slice(&relative.to_le_bytes());
        match field {
            Field::Scalar(raw) => file.extend(raw),
            Field::Reference(value) => {
                references.push((file.len(), value));
                file.extend([0; 4]);
            }
        }
    }
    for (offset, value) in references {
        write_behind_offset(file, offset, value);
    }
    start
}

fn write_behind_offset(file: &mut Vec<u8>, offset: usize, value: &Value) {
    let target = write(file, value);
    file[offset..offset + 4].copy_from_slice(&((target - offset) as u32).to_le_bytes());
}

/// One field of a protobuf message: its number and its content.
pub enum Content<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a protobuf message.
pub fn fields(mut message: &[u8]) -> Vec<(u64, Content<'_>)> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let value = varint(&mut message);
        let content = match key & 7 {
            0 => Content::Number(value),
            2 => {
                let (bytes, rest) = message.split_at(value as usize);
                message = rest;
                Content::Bytes(bytes)
            }
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, content));
    }
    fields
}

/// All byte contents of one field.
pub fn all(message: &[u8], number: u64) -> Vec<&[u8]> {
    let wanted = |(found, content)| match content {
        Content::Bytes(bytes) if found == number => Some(bytes),
        _ => None,
    };
    fields(message).into_iter().filter_map(wanted).collect()
}

/// All numbers of one field.
pub fn numbers(message: &[u8], number: u64) -> Vec<u64> {
    let wanted = |(found, content)| match content {
        Content::Number(value) if found == number => Some(value),
        _ => None,
    };
    fields(message).into_iter().filter_map(wanted).collect()
}

pub fn strings(message: &[u8], number: u64) -> Vec<String> {
    all(message, number).into_iter().map(|bytes| String::from_utf8(bytes.into()).unwrap()).collect()
}

fn varint(message: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = message.split_first().unwrap();
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}
