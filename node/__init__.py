"""Sarbon: exchange of cargo alerts and notices between authorities, every message provable.

The packages are named by what a message goes through; read top to bottom they are the path of data.

    errors      what can go wrong: code, message, hint, whose fault        pure
    limits      every limit, once, with unit and source                    pure
    canonical   values to bytes and back, strictly                         pure
    message     WHAT is exchanged: documents, identifiers, code lists      pure
    envelope    HOW it is protected: keys, sealing, the wire               pure
    audit       WHAT happened, provably: entries, tree, checkpoints        pure
    trust       WHOM we believe, WHO may: directory, agreements            pure
    transfer    THE JOURNEY of one message: outgoing, incoming             pure
    store       the DISK                                                   I/O
    broker      RABBITMQ                                                   I/O
    gateway     the NATIONAL side                                          I/O
    daemon      the RUNNING node                                           I/O
    demo        three authorities and a day on the corridor                I/O
    cli         the commands                                               I/O
"""

__version__ = "0.1.0"
