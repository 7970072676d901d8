import '@servicenow/sdk/global'

declare global {
    namespace Now {
        namespace Internal {
            interface Keys extends KeysRegistry {
                explicit: {
                    'acl-endpoint': {
                        table: 'sys_security_acl'
                        id: '20c07e1be16a4d97804baff32f46f2f3'
                    }
                    'acl-recording-create': {
                        table: 'sys_security_acl'
                        id: 'e3f66cf1cbe94445b522de7cbc509580'
                    }
                    'acl-recording-delete': {
                        table: 'sys_security_acl'
                        id: 'b7c871fbfd194aebaed3399430652250'
                    }
                    'acl-recording-read': {
                        table: 'sys_security_acl'
                        id: 'a5296633c0ac442884c2df1c2ba113d0'
                    }
                    'acl-recording-write': {
                        table: 'sys_security_acl'
                        id: '32b2ef6d70804a1dbfa14e9036a92414'
                    }
                    'acl-tombstone-create': {
                        table: 'sys_security_acl'
                        id: '9837a6b0e6454ae7b62e8a47d21ba42a'
                    }
                    'acl-tombstone-delete': {
                        table: 'sys_security_acl'
                        id: 'f0b482519acb47cda1ffa1de214d0ff6'
                    }
                    'acl-tombstone-read': {
                        table: 'sys_security_acl'
                        id: '6fd89045c3be4b9b9d9f5d9739b97177'
                    }
                    'acl-tombstone-write': {
                        table: 'sys_security_acl'
                        id: '1b5d196f6e234f1983b402e6b72d412b'
                    }
                    bom_json: {
                        table: 'sys_module'
                        id: '0c9a40881a7748bfa3c62cba2006f7b2'
                    }
                    hub: {
                        table: 'sys_ws_definition'
                        id: '98845ddd171647f9a0d4e09f82722525'
                    }
                    'hub-v1': {
                        table: 'sys_ws_version'
                        id: '4eb81c777cb14ba2aac7c635514eface'
                    }
                    'incident-create': {
                        table: 'sys_scope_privilege'
                        id: '4c6bbe79bb5e41e784bf052a12d3838c'
                    }
                    'incident-read': {
                        table: 'sys_scope_privilege'
                        id: '7eef8a893fd146459a5b6e1e51164f18'
                    }
                    'incident-write': {
                        table: 'sys_scope_privilege'
                        id: 'a516386ea86d432381501aff363f2ad5'
                    }
                    package_json: {
                        table: 'sys_module'
                        id: '498835bd93ed4aed9d2f7baf5c5c8d3e'
                    }
                    recordings: {
                        table: 'sys_ws_operation'
                        id: '514b7173d55249f6b479f7282da7bbef'
                    }
                    'recordings-find': {
                        table: 'sys_ws_operation'
                        id: 'b9b1eb82e66942068bca98fb2b89b532'
                    }
                    'recordings-withdraw': {
                        table: 'sys_ws_operation'
                        id: '348a9d08df0645c6aba2ad7bcbc1d5f5'
                    }
                    src_server_recordings_ts: {
                        table: 'sys_module'
                        id: 'c7fe951b3392469489d3ede852feed34'
                    }
                    src_server_rest_ts: {
                        table: 'sys_module'
                        id: '4f036eff652d4df8bc19b81811c71a7e'
                    }
                    src_server_routes_ts: {
                        table: 'sys_module'
                        id: '75bb979918cb47039eb29e40e070f0b0'
                    }
                    src_server_row_ts: {
                        table: 'sys_module'
                        id: 'b8946803d4434268a401ad38a2acaf61'
                    }
                    'src_server_ticket-state_ts': {
                        table: 'sys_module'
                        id: 'dcda7ae448ba4cd28b2ccb120e33ee21'
                    }
                    src_server_tickets_ts: {
                        table: 'sys_module'
                        id: '7eeb9531c2cc4b0b851aed3f7134d4d7'
                    }
                    status: {
                        table: 'sys_ws_operation'
                        id: '77ccc29e64a943da996ed9997a6624d5'
                    }
                    tickets: {
                        table: 'sys_ws_operation'
                        id: '5660c69c028b4752b753feeb23d22d2e'
                    }
                }
                composite: [
                    {
                        table: 'sys_security_acl_role'
                        id: '03266d40323f436fa06be01bf39da2dc'
                        key: {
                            sys_security_acl: 'f0b482519acb47cda1ffa1de214d0ff6'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_db_object'
                        id: '0df8b91ac5d94d429712239ddd4e765a'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '12b9af642dea4becb10080c7a983405f'
                        key: {
                            name: 'x_hldf_holdfast_tombstone'
                            element: 'NULL'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '173099b8e10044aa9e7ea9109c21def3'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'retain_until'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '213fb37b416649bfa5e942df48c7b209'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'ended_at'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '2221ebedca11495992e2a32b112fd011'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'call_id'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '22a408f74ef344ad9db592409bcd9122'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'state'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '24984a159dd347aa80f0d284020fa904'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'region'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_user_role'
                        id: '2ae97b39563642b5a58246f0d4fbd20e'
                        key: {
                            name: 'x_hldf_holdfast.hub'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '2ce0e5ce25d440c199a9bc25b8532065'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'started_at'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '2ec79265361b461da2cefd1ea00ca342'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'NULL'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '2ef9ad661e5f4cdbadb42c51ed50a95d'
                        key: {
                            name: 'x_hldf_holdfast_tombstone'
                            element: 'revision'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '2f0d3a99a0b34976ace1298de0f46714'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'revision'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_user_role'
                        id: '2f738f43e95b423fbd0857e4469c88de'
                        key: {
                            name: 'x_hldf_holdfast.reader'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '3885885dc98d4fabbb1c3e347b5ba194'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'link'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '3de3d525909d4f088d6cb48885d5cea8'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'caller'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '408a9126b65b42d380f58d6f22e41705'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'revision'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '4844afcabdb94beca4a7cbffab8749f6'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'duration_seconds'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '4eed30cbedbd4b968cc1995b69598871'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'retain_until'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: '51570cd50e854d82ae24d253f3a1f104'
                        key: {
                            sys_security_acl: 'a5296633c0ac442884c2df1c2ba113d0'
                            sys_user_role: {
                                id: '2f738f43e95b423fbd0857e4469c88de'
                                key: {
                                    name: 'x_hldf_holdfast.reader'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '52d83adb26ae4bb7b1636f8fac582bf2'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'started_at'
                            language: 'en'
                        }
                    },
                    {
                        table: 'ua_table_licensing_config'
                        id: '55c05e93c82c448e924735e2ccaa8882'
                        key: {
                            name: 'x_hldf_holdfast_tombstone'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '55f2054e4f3b4670b99d403447a2c12c'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'held'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '592141d87f8641c5a1f646fc1499aea0'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'held'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: '5c2001b7e0cc4a48923bec0182f8ed17'
                        key: {
                            sys_security_acl: 'a5296633c0ac442884c2df1c2ba113d0'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '5f5c21e54b79420585d4362f1254c919'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'ended_at'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '72703be3501148a38ccfdf4f388e6ada'
                        key: {
                            name: 'x_hldf_holdfast_tombstone'
                            element: 'NULL'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: '7b200b8e2a8b4cdca6b72749458334fa'
                        key: {
                            sys_security_acl: '1b5d196f6e234f1983b402e6b72d412b'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '7bd81cce90174020a6cef4d79abbef3a'
                        key: {
                            name: 'x_hldf_holdfast_tombstone'
                            element: 'call_key'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: '89f50f751fe5409498e84a21f38f2bb8'
                        key: {
                            sys_security_acl: 'b7c871fbfd194aebaed3399430652250'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '94a3e10a7dce4d678a1b4dc6b807b7d9'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'consent'
                        }
                    },
                    {
                        table: 'sys_index'
                        id: '9a3002dd4f8845d69ec6770202fed2dd'
                        key: {
                            logical_table_name: 'x_hldf_holdfast_recording'
                            col_name_string: 'call_key'
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: '9b993886c509470e9077010db135af0b'
                        key: {
                            sys_security_acl: '32b2ef6d70804a1dbfa14e9036a92414'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '9bb1e7507d184bd08a95f8b23f06723c'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'region'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '9c579b15e9e44ee8ac1c5cde8979fd1b'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'callee'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '9d4c28f01f324ff9a894cc92541dc793'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'duration_seconds'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'a953a8e1b9444b02a3d947085dbb1a4b'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'title'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'b35f0c976e4e4a24bf5daee1e53f2a5b'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'title'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'b9e681a0aed141588ecabd677a0395d3'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'call_id'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'c57ddc65eff44abd9ff8f08104b98ace'
                        key: {
                            name: 'x_hldf_holdfast_tombstone'
                            element: 'revision'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: 'ce0d5656710947b5872dd8584e14d133'
                        key: {
                            sys_security_acl: '6fd89045c3be4b9b9d9f5d9739b97177'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'ua_table_licensing_config'
                        id: 'cf18e2bbc2644e91a06ed303c6f9f322'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'cf447d67aadd4aa7abdf53a6fa4e4ebe'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'callee'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_db_object'
                        id: 'd4d8f225cdc949adb46b3e549351e6e1'
                        key: {
                            name: 'x_hldf_holdfast_tombstone'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'd8600d0865424a7bb113be76fbe96b64'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'caller'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'dd3ae81a8d184b8ba9e9d0f405cd2a87'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'state'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'df8ea65d1bd642abb812832b252672a6'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'NULL'
                        }
                    },
                    {
                        table: 'sys_index'
                        id: 'e1bec6ebe66146b482022b9b0a5373dd'
                        key: {
                            logical_table_name: 'x_hldf_holdfast_tombstone'
                            col_name_string: 'call_key'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'eb688cf2d7584970a5f9755782dc7582'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'call_key'
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: 'ed2ab494a97f4677984492d726b70f0d'
                        key: {
                            sys_security_acl: 'e3f66cf1cbe94445b522de7cbc509580'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'edbacbe6e6164c5e8e87c0e12361d33b'
                        key: {
                            name: 'x_hldf_holdfast_tombstone'
                            element: 'call_key'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'ee679cfc9c484560bad32fffbf6bcf8e'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'consent'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: 'f4ba5b6fd5ec4186a774e1a20130643d'
                        key: {
                            sys_security_acl: '9837a6b0e6454ae7b62e8a47d21ba42a'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_security_acl_role'
                        id: 'fda76ae3f15744518d496be4bd0465b9'
                        key: {
                            sys_security_acl: '20c07e1be16a4d97804baff32f46f2f3'
                            sys_user_role: {
                                id: '2ae97b39563642b5a58246f0d4fbd20e'
                                key: {
                                    name: 'x_hldf_holdfast.hub'
                                }
                            }
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'fddf1a2913ff4b7c8512a3bc93c3b72d'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'link'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'fe4dd82c5d13439cbc51de4dcf578774'
                        key: {
                            name: 'x_hldf_holdfast_recording'
                            element: 'call_key'
                            language: 'en'
                        }
                    },
                ]
            }
        }
    }
}
